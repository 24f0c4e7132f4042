"""Two outcomes that agree differ in nothing; anything else is named in words."""

from __future__ import annotations

from dataclasses import replace

from operations.bench.faults.outcome import Outcome, differences

KEY = ("I1", "S1")
POSITION = {"item_id": "I1", "site_id": "S1", "on_hand_milli": 5000, "caused_by": "e9"}
RIGHT = Outcome(
    totals={"positions": 1, "alerts": {"opened": 2}},
    raw={"raw.item.v1": 4},
    silver={KEY: POSITION},
    read_model={KEY: POSITION},
    alerts=frozenset({("A1", "opened", "t1")}),
    undelivered=0,
)


def test_the_same_outcome_differs_in_nothing() -> None:
    found = differences(RIGHT, RIGHT)
    assert found.none
    assert str(found) == ""


def test_a_total_that_changed_is_named_with_both_values() -> None:
    found = differences(RIGHT, replace(RIGHT, totals={**RIGHT.totals, "positions": 2}))
    assert found.totals == ("positions: 1 became 2",)


def test_a_record_that_was_published_twice_is_named_with_its_topic() -> None:
    found = differences(RIGHT, replace(RIGHT, raw={"raw.item.v1": 5}))
    assert found.totals == ("raw.item.v1: 4 records became 5",)


def test_a_position_that_is_off_is_named_by_store_key_and_both_numbers() -> None:
    wrong = {KEY: {**POSITION, "on_hand_milli": 4000}}
    found = differences(RIGHT, replace(RIGHT, silver=wrong))
    assert found.positions == (
        "silver, I1|S1: on_hand_milli 5000 became 4000",
        "read model against silver, I1|S1: on_hand_milli 4000 became 5000",
    )


def test_a_position_too_many_or_missing_is_named() -> None:
    found = differences(RIGHT, replace(RIGHT, read_model={("I2", "S1"): POSITION}))
    assert "read model, I1|S1: missing" in found.positions
    assert "read model, I2|S1: too many" in found.positions


def test_alerts_are_compared_by_their_ids() -> None:
    found = differences(RIGHT, replace(RIGHT, alerts=frozenset({("A2", "opened", "t1")})))
    assert found.alerts == (
        "alert missing: ('A1', 'opened', 't1')",
        "alert too many: ('A2', 'opened', 't1')",
    )


def test_a_transition_that_no_webhook_told_of_is_a_wrong_total() -> None:
    found = differences(RIGHT, replace(RIGHT, undelivered=1))
    assert found.totals == ("1 transitions without a verified webhook",)
