"""What is older than the horizon: refused when it comes, folded when it is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import RejectedEventError
from domain.facts import FactKind
from domain.rejection import Rejection
from tests.fakes.facts import START, fact, tick
from tests.unit.domain.one_key import STEADY, Key, counted, issued, known_key, received


@pytest.fixture
def key() -> Key:
    return known_key()


def test_a_fact_from_before_the_horizon_is_too_late_and_leaves_the_state_alone(key: Key) -> None:
    key.tell(counted(0, 12_000), tick(400))
    before = key.state
    with pytest.raises(RejectedEventError) as refused:
        key.tell(issued(0, 1000))
    assert refused.value.reason == Rejection.TOO_LATE
    assert key.state == before


def test_a_fact_just_inside_the_horizon_counts(key: Key) -> None:
    key.tell(counted(-1, 12_000), tick(400))
    inside = replace(issued(0, 1000), occurred_at=START + 1)
    assert key.decided(inside).position.on_hand_milli == 11_000


def test_before_the_first_tick_nothing_is_too_late(key: Key) -> None:
    key.tell(counted(400, 12_000))
    assert key.decided(issued(-400, 1000)).position.on_hand_milli == 12_000


def test_a_repetition_of_what_the_horizon_folded_is_too_late_and_changes_nothing(key: Key) -> None:
    key.tell(counted(0, 12_000), tick(500))
    before = key.state
    with pytest.raises(RejectedEventError) as refused:
        key.tell(counted(0, 12_000))
    assert refused.value.reason == Rejection.TOO_LATE
    assert key.state == before


def test_a_longer_horizon_brings_back_nothing_of_what_was_folded(key: Key) -> None:
    key.tell(counted(0, 12_000), tick(500))
    key.parameters = replace(STEADY, policy=replace(STEADY.policy, horizon_days=800.0))
    for late in (counted(0, 12_000), received(1, 3000)):
        with pytest.raises(RejectedEventError) as refused:
            key.tell(late)
        assert refused.value.reason == Rejection.TOO_LATE
    assert key.state.ledger.facts == 1


def test_what_the_horizon_folds_is_still_on_the_shelf_and_still_counted_as_facts(key: Key) -> None:
    key.tell(counted(0, 12_000), issued(1, 1000), fact("held", FactKind.RESERVED, 2, 500))
    key.tell(tick(500))
    assert key.state.ledger.entries == ()
    decision = key.decided(issued(499, 2000))
    assert decision.position.on_hand_milli == 9000
    assert decision.position.reserved_milli == 500
    assert decision.facts == 4
    assert decision.demand.weeks == 58
    assert "never_counted" not in decision.flags
