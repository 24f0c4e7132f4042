"""The laws of the ledger: the same facts give the same numbers, however they arrive."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.stock.corrections import live_entries
from domain.stock.ledger import (
    Balance,
    Entry,
    Ledger,
    balance,
    entry_of,
    transfer_discrepancies_milli,
)
from domain.stock.orders import order_lines
from tests.fakes.facts import at, entries, fact
from tests.unit.domain.histories import as_fact, histories
from tests.unit.domain.oracle import balance_of


def balance_after(*facts: StockFact, as_of: int | None = None) -> Balance:
    return balance(live_entries(entries(*facts)), as_of=as_of)


def on_hand(*facts: StockFact, as_of: int | None = None) -> int:
    return balance_after(*facts, as_of=as_of).on_hand_milli


def numbers(live: list[Entry], as_of: int | None = None) -> dict[str, int]:
    held = balance(live, as_of=as_of)
    until = [each for each in live if as_of is None or each.occurred_at <= as_of]
    return {
        "on_hand": held.on_hand_milli,
        "in_transit": held.in_transit_milli,
        "reserved": held.reserved_milli,
        "outstanding": sum(line.left_milli for line in order_lines(until)),
    }


@settings(max_examples=1000, deadline=None)
@given(histories(), st.integers(-1, 6))
def test_a_second_ledger_written_apart_agrees(history: list[dict[str, Any]], day: int) -> None:
    event(f"corrections: {sum(each['corrects'] is not None for each in history)}")
    live = live_entries(entries(*map(as_fact, history)))
    assert numbers(live) == balance_of(history)
    assert numbers(live, as_of=day) == balance_of(history, as_of=day)


@settings(max_examples=60, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_order_repetition_and_splits_do_not_change_a_ledger(
    history: list[dict[str, Any]], random: Random
) -> None:
    shuffled = history + history[: len(history) // 2]
    random.shuffle(shuffled)
    cut = random.randint(0, len(shuffled))
    split = Ledger.of(entries(*map(as_fact, shuffled[:cut])))
    for each in shuffled[cut:]:
        split = split.apply(entry_of(as_fact(each)))
    assert split.entries == entries(*map(as_fact, history))


@settings(max_examples=60, deadline=None)
@given(histories(corrected=False))
def test_what_is_at_or_before_a_count_does_not_move_the_stock_after_it(
    history: list[dict[str, Any]],
) -> None:
    count = fact("count", FactKind.COUNTED, 0, 7000, occurred_at=3, recorded_at=9)
    facts = [as_fact(each) for each in history]
    later = [each for each in facts if each.occurred_at > count.occurred_at]
    assert on_hand(*facts, count) == on_hand(*later, count)


@settings(max_examples=60, deadline=None)
@given(histories(corrected=False), st.integers(0, 11), st.integers(0, 5), st.integers(0, 6))
def test_a_correction_equals_having_recorded_it_right_the_first_time(
    history: list[dict[str, Any]], which: int, day: int, quantity: int
) -> None:
    if not history:
        return
    wrong = history[which % len(history)]
    changed = {"occurred_at": day, "quantity_milli": quantity}
    right_at_once = [each | changed if each is wrong else each for each in history]
    correction = wrong | changed | {"event_id": "correction", "corrects": wrong["event_id"]}
    # Its rank among facts of one instant is by event_id in the end; the same name, so no rank.
    right_at_once = [
        each | {"event_id": "correction"} if each["event_id"] == wrong["event_id"] else each
        for each in right_at_once
    ]
    corrected = live_entries(entries(*map(as_fact, [*history, correction])))
    assert numbers(corrected) == numbers(list(entries(*map(as_fact, right_at_once))))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_balance_at_the_end_is_the_balance_now(history: list[dict[str, Any]]) -> None:
    live = live_entries(entries(*map(as_fact, history)))
    assert balance(live, as_of=5) == balance(live)
    assert balance(live, as_of=-1) == Balance(0, 0, 0, counted=False)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
    st.integers(0, 18),
)
def test_a_transfer_conserves_what_there_is_in_both_places(
    quantities: list[int], random: Random, seen: int
) -> None:
    """Whatever part has been heard of, nothing is counted twice and nothing disappears."""
    first = fact("count", FactKind.COUNTED, 0, 100)
    here, there = [first], [first]
    legs: list[tuple[list[StockFact], StockFact]] = []
    for number, milli in enumerate(quantities):
        transfer = {"transfer_id": f"T{number}"}
        out = fact(f"o{number}", FactKind.TRANSFERRED_OUT, 1, milli, **transfer)
        coming = fact(f"o{number}/inbound", FactKind.INBOUND_EXPECTED, 1, milli, **transfer)
        into = fact(f"i{number}", FactKind.TRANSFERRED_IN, 2, milli, **transfer)
        # An out-leg and its announcement are one record's two facts; the in-leg is another.
        here.append(out)
        there.append(coming)
        legs.append((there, into))
    random.shuffle(legs)
    for side, leg in legs[:seen]:
        side.append(leg)
    random.shuffle(there)
    sent, got = balance_after(*here), balance_after(*there)
    assert sent.on_hand_milli + got.on_hand_milli + got.in_transit_milli == 200


def test_an_in_leg_that_comes_first_leaves_nothing_in_transit() -> None:
    into = fact("in", FactKind.TRANSFERRED_IN, 1, 5000, transfer_id="T")
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 5000, transfer_id="T")
    assert balance_after(into).in_transit_milli == 0
    assert balance_after(into, coming) == Balance(5000, 0, 0, counted=True)


def test_a_cancelled_in_leg_puts_the_transfer_back_on_the_road() -> None:
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 5000, transfer_id="T")
    into = fact("in", FactKind.TRANSFERRED_IN, 1, 5000, transfer_id="T")
    cancelled = fact("no", FactKind.TRANSFERRED_IN, 1, 0, transfer_id="T", corrects="in")
    assert balance_after(coming, into, cancelled).in_transit_milli == 5000


def test_what_was_sent_and_did_not_arrive_is_named_and_no_longer_expected() -> None:
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 5000, transfer_id="T")
    into = fact("in", FactKind.TRANSFERRED_IN, 1, 3000, transfer_id="T")
    assert balance_after(coming, into) == Balance(3000, 0, 0, counted=True)
    assert transfer_discrepancies_milli(entries(coming, into)) == {"T": 2000}
    assert transfer_discrepancies_milli(entries(coming)) == {}


def test_a_count_includes_the_movements_of_its_own_instant() -> None:
    moved = fact("moved", FactKind.ISSUED, 1, 4000)
    assert on_hand(fact("count", FactKind.COUNTED, 1, 10_000), moved) == 10_000


def test_a_fact_that_turns_up_after_the_count_but_happened_before_changes_nothing_now() -> None:
    count = fact("count", FactKind.COUNTED, 5, 10_000)
    late = fact("late", FactKind.RECEIVED, 4, 3000, recorded_at=at(9))
    assert on_hand(count, late) == 10_000
    assert on_hand(count, late, as_of=at(4.5)) == 3000


def test_of_several_counts_at_one_instant_the_one_recorded_last_stands() -> None:
    first = fact("z", FactKind.COUNTED, 1, 1000, recorded_at=at(2), document="Z")
    second = fact("a", FactKind.COUNTED, 1, 2000, recorded_at=at(3), document="A")
    assert on_hand(first, second) == on_hand(second, first) == 2000


def test_of_counts_recorded_together_the_highest_document_and_line_stands() -> None:
    nine = fact("a", FactKind.COUNTED, 1, 9000, document="D9", line="1")
    ten = fact("z", FactKind.COUNTED, 1, 1000, document="D1", line="2")
    assert on_hand(nine, ten) == 9000


def test_a_cancelled_count_leaves_the_count_before_it() -> None:
    first = fact("first", FactKind.COUNTED, 1, 5000)
    wrong = fact("wrong", FactKind.COUNTED, 3, 99_000)
    issued = fact("issued", FactKind.ISSUED, 2, 1000)
    cancelled = fact("no", FactKind.COUNTED, 3, 0, corrects="wrong", cancelled=True)
    assert on_hand(first, wrong, issued) == 99_000
    assert on_hand(first, wrong, issued, cancelled) == 4000


def test_an_empty_shelf_is_a_count_and_not_the_lack_of_one() -> None:
    received = fact("received", FactKind.RECEIVED, 0, 8000)
    empty = fact("empty", FactKind.COUNTED, 1, 0)
    assert balance_after(received, empty) == Balance(0, 0, 0, counted=True)


def test_negative_stock_is_kept() -> None:
    assert on_hand(fact("issued", FactKind.ISSUED, 1, 3000)) == -3000


def test_requests_and_orders_tell_nothing_of_what_is_there() -> None:
    asked = fact("asked", FactKind.REQUESTED, 0, 3000)
    placed = fact("placed", FactKind.ORDER_PLACED, 0, 3000, order_id="P", line="1")
    assert balance_after(asked, placed) == Balance(0, 0, 0, counted=False)


def test_what_was_cancelled_tells_nothing_of_what_is_there() -> None:
    wrong = fact("wrong", FactKind.ISSUED, 0, 3000)
    cancelled = fact("no", FactKind.ISSUED, 0, 0, corrects="wrong")
    count = fact("count", FactKind.COUNTED, 0, 3000, cancelled=True)
    assert not balance_after(wrong, cancelled, count).counted


def test_reserved_stock_is_still_on_hand() -> None:
    count = fact("count", FactKind.COUNTED, 0, 9000)
    reserved = fact("reserved", FactKind.RESERVED, 1, 4000)
    released = fact("released", FactKind.RELEASED, 2, 1000)
    assert balance_after(count, reserved, released) == Balance(9000, 0, 3000, counted=True)


def test_the_first_of_two_facts_with_one_id_stands() -> None:
    first = fact("same", FactKind.RECEIVED, 1, 1000)
    second = fact("same", FactKind.RECEIVED, 1, 2000)
    assert on_hand(first, second) == 1000
