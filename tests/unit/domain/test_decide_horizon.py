"""What the horizon has folded stays folded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import RejectedEventError
from domain.rejection import Rejection
from tests.fakes.facts import tick
from tests.unit.domain.one_key import STEADY, Key, counted, known_key, received


@pytest.fixture
def key() -> Key:
    return known_key()


def test_a_longer_horizon_brings_back_nothing_of_what_was_folded(key: Key) -> None:
    key.tell(counted(0, 12_000), tick(500))
    key.parameters = replace(STEADY, policy=replace(STEADY.policy, horizon_days=800.0))
    for late in (counted(0, 12_000), received(1, 3000)):
        with pytest.raises(RejectedEventError) as refused:
            key.tell(late)
        assert refused.value.reason == Rejection.TOO_LATE
    assert key.state.ledger.facts == 1
