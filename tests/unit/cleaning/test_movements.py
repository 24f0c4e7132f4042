"""Movements and counts: their rules, and the leg that its destination hears of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.instants import DAY, HOUR, from_datetime
from tests.unit.cleaning.raw_records import (
    COUNTS,
    MOVEMENTS,
    NOW,
    cleaned,
    count,
    fact,
    movement,
    refusal,
    transfer,
)

IN_2262 = from_datetime(datetime(2262, 4, 12, tzinfo=UTC))
PLAIN = ["issued", "received", "returned", "scrapped", "adjusted", "reserved", "released"]


@pytest.mark.parametrize("movement_type", PLAIN)
def test_a_movement_becomes_a_fact_of_its_kind(movement_type: str) -> None:
    found = fact(MOVEMENTS, movement(movement_type=movement_type, order_id="PO-1"))
    assert found["kind"] == movement_type
    assert found["quantity_milli"] == 2000
    assert (found["item_id"], found["site_id"]) == ("P-1", "TWR-1")
    assert (found["document"], found["line"], found["order_id"]) == ("D1", "1", "PO-1")
    assert (found["raw_topic"], found["raw_partition"], found["raw_offset"]) == (MOVEMENTS, 3, 42)


def test_codes_are_normalised_and_so_is_the_key() -> None:
    (output,) = cleaned(MOVEMENTS, movement(item_id=" p-1", site_id="twr-1  "))
    assert output.key == b"P-1|TWR-1"


def test_an_out_leg_is_announced_to_its_destination() -> None:
    out, announced = cleaned(MOVEMENTS, transfer(event_id="e7"))
    assert out.key == b"P-1|TWR-1"
    assert announced.key == b"P-1|DEP-1"
    assert out.dedupe_id != announced.dedupe_id
    assert isinstance(announced.value, dict)
    assert announced.value["kind"] == "inbound_expected"
    assert announced.value["event_id"] == "e7/inbound"
    assert announced.value["counterpart_site_id"] == "TWR-1"
    assert announced.value["transfer_id"] == "T1"
    assert announced.value["corrects"] is None


def test_the_correction_of_an_out_leg_corrects_the_announcement_too() -> None:
    _, announced = cleaned(MOVEMENTS, transfer(corrects="e7", quantity_milli=0))
    assert isinstance(announced.value, dict)
    assert announced.value["corrects"] == "e7/inbound"
    assert announced.value["quantity_milli"] == 0


def test_an_in_leg_is_announced_to_nobody() -> None:
    found = fact(MOVEMENTS, transfer(movement_type="transferred_in"))
    assert found["counterpart_site_id"] == "DEP-1"


def test_only_a_correction_may_be_zero() -> None:
    assert fact(MOVEMENTS, movement(quantity_milli=0, corrects="e0"))["quantity_milli"] == 0
    assert refusal(MOVEMENTS, movement(quantity_milli=0)) == "invalid_quantity"
    zero = movement(movement_type="adjusted", quantity_milli=0)
    assert refusal(MOVEMENTS, zero) == "invalid_quantity"


def test_only_an_adjustment_is_signed() -> None:
    found = fact(MOVEMENTS, movement(movement_type="adjusted", quantity_milli=-500))
    assert found["quantity_milli"] == -500
    assert refusal(MOVEMENTS, movement(quantity_milli=-500)) == "invalid_quantity"


def test_a_fact_learnt_long_before_it_was_true_is_flagged_and_kept() -> None:
    assert fact(MOVEMENTS, movement())["flags"] == ""
    early = movement(recorded_at=NOW - 3 * DAY)
    assert fact(MOVEMENTS, early)["flags"] == "occurred_after_recorded"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"movement_type": "stolen"}, "unknown_type"),
        ({"quantity_milli": 10**16}, "invalid_quantity"),
        ({"quantity_milli": 2**63 - 1}, "invalid_quantity"),
        ({"occurred_at": IN_2262}, "invalid_date"),
        ({"recorded_at": IN_2262}, "invalid_date"),
        ({"item_id": "x" * 10_000}, "invalid_key"),
        ({"precision": "week"}, "invalid_date"),
        ({"occurred_at": 0}, "invalid_date"),
        ({"occurred_at": 2**62}, "invalid_date"),
        ({"recorded_at": -5}, "invalid_date"),
        ({"recorded_at": NOW + DAY + 1}, "recorded_in_future"),
        ({"item_id": "  "}, "invalid_key"),
        ({"site_id": "x" * 201}, "invalid_key"),
        ({"item_id": "a|b"}, "invalid_key"),
        ({"item_id": "\x003\x00X"}, "invalid_key"),
        ({"event_id": ""}, "invalid_key"),
        ({"event_id": "e" * 201}, "invalid_key"),
        ({"source": ""}, "invalid_key"),
        ({"document": ""}, "invalid_key"),
        ({"corrects": "c" * 500}, "invalid_key"),
    ],
)
def test_a_broken_rule_is_a_dead_letter_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    assert refusal(MOVEMENTS, movement(**changes)) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"transfer_id": None}, "missing_transfer"),
        ({"transfer_id": " "}, "missing_transfer"),
        ({"counterpart_site_id": None}, "missing_transfer"),
        ({"counterpart_site_id": "twr-1 "}, "transfer_to_itself"),
        ({"counterpart_site_id": "a|b"}, "invalid_key"),
    ],
)
def test_a_transfer_says_which_and_where(changes: dict[str, object], reason: str) -> None:
    assert refusal(MOVEMENTS, transfer(**changes)) == reason


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recorded_at": NOW + 2 * DAY}, "recorded 2025-11-10T00:00+00:00, but it arrived 2025-"),
        ({"occurred_at": -1}, "occurred_at 1969-12-31T23:59+00:00 is not between"),
        ({"occurred_at": 2**62}, f"occurred_at {2**62} µs since 1970 is not between"),
    ],
)
def test_a_refused_instant_is_shown_as_a_person_reads_it(
    changes: dict[str, int], said: str
) -> None:
    (refused,) = cleaned(MOVEMENTS, movement(**changes))
    assert (dict(refused.headers)["dlq_detail"] or b"").decode().startswith(said)


def test_a_day_of_clock_difference_is_tolerated() -> None:
    assert fact(MOVEMENTS, movement(recorded_at=NOW + DAY))["recorded_at"] == NOW + DAY


def test_an_empty_shelf_is_a_count() -> None:
    found = fact(COUNTS, count(quantity_milli=0))
    assert (found["kind"], found["quantity_milli"], found["cancelled"]) == ("counted", 0, False)


def test_a_cancelled_count_says_so() -> None:
    assert fact(COUNTS, count(cancelled=True, corrects="C1/1"))["cancelled"] is True


def test_less_than_nothing_cannot_be_counted() -> None:
    assert refusal(COUNTS, count(quantity_milli=-1)) == "invalid_quantity"


def test_what_says_the_same_has_the_same_content_whenever_it_was_learnt() -> None:
    first, *_ = cleaned(MOVEMENTS, movement())
    later, *_ = cleaned(MOVEMENTS, movement(recorded_at=NOW - HOUR, upload_id="u2"))
    other, *_ = cleaned(MOVEMENTS, movement(quantity_milli=9000))
    elsewhere, *_ = cleaned(MOVEMENTS, movement(site_id="ELSEWHERE"))
    assert first.content == later.content != ""
    assert len({first.content, other.content, elsewhere.content}) == 3
    assert dict(other.refusal)["dlq_reason"] == b"conflicting_duplicate"


def test_an_announcement_is_refused_with_its_out_leg_and_not_beside_it() -> None:
    out, announced = cleaned(MOVEMENTS, transfer())
    assert out.content
    assert (announced.content, announced.refusal) == ("", ())
