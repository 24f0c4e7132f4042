"""What is older than the horizon: refused when it comes, folded when it is there."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.rejection import Rejection
from domain.stock.corrections import live_entries
from domain.stock.ledger import Ledger, balance, entry_of
from tests.fakes.facts import START, at, fact, tick
from tests.unit.domain.one_key import STEADY, Key, counted, issued, known_key, received

_ARRIVALS = (FactKind.INBOUND_EXPECTED, FactKind.TRANSFERRED_IN)
_KINDS = (
    *_ARRIVALS,
    FactKind.ISSUED,
    FactKind.RECEIVED,
    FactKind.COUNTED,
    FactKind.RESERVED,
)


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


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_was_folded_each_decision_says_what_the_whole_ledger_says(seed: int) -> None:
    random = Random(seed)
    key, whole, told = known_key(), Ledger(), list[StockFact]()
    key.parameters = replace(STEADY, policy=replace(STEADY.policy, horizon_days=60.0))
    day = 0
    for number in range(40):
        day += random.choice((1, 5, 20))
        kind, name = random.choice(_KINDS), f"{number // 6}-{random.randrange(2)}"
        new = fact(f"e{number}", kind, day - random.choice((0, 1, 40)), random.randrange(6))
        if kind in _ARRIVALS:
            new = replace(new, transfer_id=name)
        if told and random.random() < 0.35:
            wrong, milli = random.choice(told[-8:]), random.choice((0, 7))
            new = replace(
                wrong,
                event_id=f"c{number}",
                corrects=wrong.event_id,
                quantity_milli=milli,
                recorded_at=at(day),
            )
        try:
            decision = key.decided(new)
        except RejectedEventError:
            continue
        told.append(new)
        whole = whole.apply(entry_of(new))
        held, position = balance(live_entries(whole.entries)), decision.position
        assert position.on_hand_milli == held.on_hand_milli
        assert position.in_transit_milli == held.in_transit_milli
        assert position.reserved_milli == held.reserved_milli
        key.tell(tick(day))
