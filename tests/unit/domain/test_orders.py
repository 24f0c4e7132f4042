"""What of the orders a position may count on, and when time alone changes that."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.instants import DAY
from domain.stock.corrections import live_entries
from domain.stock.orders import OnOrder, on_order
from tests.fakes.facts import FIRST_DAY, at, entries, fact
from tests.unit.domain.histories import ORDERS, as_fact, histories
from tests.unit.domain.oracle_of_orders import due_on_order

PLACED, RECEIVED = FactKind.ORDER_PLACED, FactKind.ORDER_RECEIVED
PARTLY, RESCHEDULED = FactKind.ORDER_PARTIALLY_RECEIVED, FactKind.ORDER_RESCHEDULED
DAYS = st.integers(0, 9)
BOOKS = histories(kinds=(*ORDERS, *ORDERS[:4] * 2, *["received"] * 4, "counted"), least=6)


def order(
    kind: FactKind, day: float, milli: int, due: int = 10, order_id: str = "P", **fields: object
) -> StockFact:
    given: dict[str, object] = {"line": "1", "due_on": FIRST_DAY + due, "order_id": order_id}
    event_id = str(fields.pop("event_id", f"{kind}-{day:g}-{order_id}"))
    return fact(event_id, kind, day, milli, **{**given, **fields})


def receipt(day: float, milli: int, order_id: str | None = "P") -> StockFact:
    return fact(f"receipt-{day:g}", FactKind.RECEIVED, day, milli, order_id=order_id)


def expected(*facts: StockFact, day: float, protection: float = 30.0) -> OnOrder:
    return on_order(entries(*facts), now=at(day), protection_days=protection, grace_days=7.0)


def test_the_latest_status_says_what_is_outstanding() -> None:
    history = [order(PLACED, 0, 8000), order(PARTLY, 2, 3000)]
    assert expected(*history, receipt(2, 5000), day=3).due_milli == 3000


@pytest.mark.parametrize("kind", [RECEIVED, FactKind.ORDER_CANCELLED])
def test_a_closed_order_leaves_nothing(kind: FactKind) -> None:
    history = [order(PLACED, 0, 8000), receipt(2, 8000), order(kind, 2, 0)]
    assert expected(*history, day=3) == OnOrder(0, overdue=False, changes_at=None)


def test_statuses_of_one_instant_go_by_when_they_were_recorded_and_then_by_rank() -> None:
    placed = order(PLACED, 1, 8000, recorded_at=at(1))
    cancelled = order(FactKind.ORDER_CANCELLED, 1, 0, recorded_at=at(1))
    again = order(FactKind.ORDER_RESCHEDULED, 1, 8000, recorded_at=at(2))
    assert expected(placed, cancelled, day=2).due_milli == 0
    assert expected(placed, cancelled, again, day=2).due_milli == 8000


def test_an_order_beyond_the_protection_interval_does_not_count_yet() -> None:
    placed = order(PLACED, 0, 8000, due=60)
    comes_into_sight = expected(placed, day=1).changes_at
    assert comes_into_sight is not None
    before, then = (
        on_order(entries(placed), now=now, protection_days=30, grace_days=7).due_milli
        for now in (comes_into_sight - 1, comes_into_sight)
    )
    assert (before, then) == (0, 8000)


def test_an_overdue_order_counts_until_its_grace_ends() -> None:
    placed = order(PLACED, 0, 8000, due=10)
    in_grace = expected(placed, day=17)
    assert (in_grace.due_milli, in_grace.overdue) == (8000, False)
    assert in_grace.changes_at is not None
    after = on_order(entries(placed), now=in_grace.changes_at, protection_days=30, grace_days=7)
    assert after == OnOrder(0, overdue=True, changes_at=None)


def test_an_order_received_before_its_movement_holds_the_position() -> None:
    history = [order(PLACED, 0, 8000), order(RECEIVED, 5, 0)]
    assert expected(*history, day=6).due_milli == 8000
    assert expected(*history, receipt(5, 8000), day=6).due_milli == 0


def test_an_order_received_twice_is_received_once() -> None:
    twice = [order(PLACED, 0, 8000), order(RECEIVED, 5, 0), order(RECEIVED, 6, 0)]
    assert expected(*twice, day=6).due_milli == 8000
    assert expected(*twice, receipt(5, 8000), day=6).due_milli == 0
    again = order(RECEIVED, 5, 0, event_id="again")
    assert expected(*twice, again, receipt(5, 8000), day=6).due_milli == 0


def test_of_an_order_received_in_part_only_the_rest_is_held() -> None:
    history = [order(PLACED, 0, 8000), order(PARTLY, 2, 3000), receipt(2, 5000)]
    assert expected(*history, order(RECEIVED, 5, 0), day=6).due_milli == 3000


def test_of_an_order_made_smaller_only_what_was_left_is_held() -> None:
    history = [order(PLACED, 0, 100_000), order(RESCHEDULED, 1, 2000), order(RECEIVED, 5, 0)]
    assert expected(*history, day=6).due_milli == 2000
    assert expected(*history, receipt(5, 2000), day=6).due_milli == 0


def test_a_partial_receipt_that_is_not_known_either_is_held_too() -> None:
    history = [order(PLACED, 0, 8000), order(PARTLY, 2, 3000), order(RECEIVED, 5, 0)]
    assert expected(*history, day=6).due_milli == 8000


def test_a_cancelled_order_that_is_received_all_the_same_holds_nothing() -> None:
    cancelled = order(FactKind.ORDER_CANCELLED, 1, 0)
    assert expected(order(PLACED, 0, 8000), cancelled, order(RECEIVED, 5, 0), day=6).due_milli == 0


@pytest.mark.parametrize(("day", "held"), [(4.9, 8000), (5, 0), (5.5, 0)])
def test_a_count_since_the_order_was_received_has_found_its_goods(day: float, held: int) -> None:
    history = [order(PLACED, 0, 8000), order(RECEIVED, 5, 0)]
    count = fact("count", FactKind.COUNTED, day, 13_000)
    assert expected(*history, count, day=6).due_milli == held
    assert expected(*history, replace(count, cancelled=True), day=6).due_milli == 8000


def test_a_receipt_fills_the_received_lines_of_its_order_one_by_one() -> None:
    history = [
        order(kind, day, milli, line=line, event_id=f"{kind}-{line}")
        for line, most in (("1", 8000), ("2", 5000))
        for kind, day, milli in ((PLACED, 0, most), (RECEIVED, 5, 0))
    ]
    assert expected(*history, day=6).due_milli == 13_000
    assert expected(*history, receipt(5, 8000), day=6).due_milli == 5000
    assert expected(*history, receipt(5, 8000), receipt(5.5, 4000), day=6).due_milli == 1000
    assert expected(*history, receipt(5, 20_000), day=6).due_milli == 0


def test_a_receipt_that_never_comes_is_not_believed_for_ever() -> None:
    history = [order(PLACED, 0, 8000), order(RECEIVED, 5, 0)]
    assert expected(*history, day=12.1) == OnOrder(0, overdue=False, changes_at=None)


def test_an_order_received_long_before_its_date_is_held_at_once() -> None:
    history = [order(PLACED, 0, 8000, due=90), order(RECEIVED, 5, 0, due=90)]
    assert expected(*history, day=6).due_milli == 8000


def test_a_receipt_without_an_order_does_not_close_one() -> None:
    history = [order(PLACED, 0, 8000), order(RECEIVED, 5, 0), receipt(5, 8000, order_id=None)]
    assert expected(*history, day=6).due_milli == 8000


def test_a_slipped_date_moves_an_order_and_does_not_add_one() -> None:
    history = [order(PLACED, 0, 8000, due=10), order(FactKind.ORDER_RESCHEDULED, 9, 8000, due=20)]
    assert expected(*history, day=15) == OnOrder(
        8000, overdue=False, changes_at=expected(*history, day=15).changes_at
    )


def test_lines_and_orders_add_up() -> None:
    first, second = order(PLACED, 0, 8000), order(PLACED, 0, 500, order_id="Q")
    third = order(PLACED, 0.5, 70, line="2")
    assert expected(first, second, third, day=1).due_milli == 8570


def test_the_next_look_is_the_earliest_of_all_changes() -> None:
    soon, late = order(PLACED, 0, 1, due=5), order(PLACED, 0, 1, due=9, order_id="Q")
    assert expected(soon, late, day=1).changes_at == expected(soon, day=1).changes_at


def timed(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a history of one order whose instants are days, and whose lines are due on some."""
    return [
        each
        | {name: each[name] * DAY for name in ("occurred_at", "recorded_at")}
        | {"order_id": each["order_id"] and "P"}
        | {"due_on": len(each["event_id"] + each["document"]) + each["quantity_milli"] % 3}
        for each in history
    ]


@settings(max_examples=500, deadline=None)
@given(BOOKS, DAYS, DAYS, DAYS, st.randoms(use_true_random=False))
def test_a_second_book_of_orders_written_apart_agrees_in_any_order_and_with_repetitions(
    history: list[dict[str, Any]], day: int, protection: int, grace: int, random: Random
) -> None:
    log = timed(history)
    shuffled = log + log[: len(log) // 2]
    random.shuffle(shuffled)
    found = on_order(
        live_entries(entries(*map(as_fact, shuffled))),
        now=day * DAY,
        protection_days=protection,
        grace_days=grace,
    )
    expected = due_on_order(log, now=day * DAY, protection=protection * DAY, grace=grace * DAY)
    assert found.due_milli == expected


@settings(max_examples=200, deadline=None)
@given(BOOKS, DAYS, DAYS, DAYS)
def test_nothing_changes_before_the_instant_that_is_named(
    history: list[dict[str, Any]], day: int, protection: int, grace: int
) -> None:
    live = live_entries(entries(*map(as_fact, timed(history))))

    def seen(now: int) -> OnOrder:
        return on_order(live, now=now, protection_days=protection, grace_days=grace)

    first = seen(day * DAY)
    until = first.changes_at or 40 * DAY
    assert day * DAY < until
    assert seen(until - 1) == first
