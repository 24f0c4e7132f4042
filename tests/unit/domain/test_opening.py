"""A ledger that the horizon has thinned says what the whole one says."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.facts import FactKind
from domain.instants import DAY
from domain.stock.corrections import live_entries
from domain.stock.ledger import MONTH, Ledger, balance, entry_of, transfer_discrepancies_milli
from domain.stock.opening import settled
from domain.stock.orders import on_order
from tests.fakes.facts import FIRST_DAY, at, entries, fact
from tests.unit.domain.histories import as_fact, histories

STEP = 31 * DAY
SEALED = 3 * STEP
GRACE_DAYS = 7.0


def timed(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a history with a month between its days."""
    return [
        each
        | {"occurred_at": each["occurred_at"] * STEP, "due_on": (each["occurred_at"] * STEP) // DAY}
        for each in history
    ]


def of_its_own(each: dict[str, Any]) -> dict[str, Any]:
    """Return a fact of after the seal that refers to nothing before it."""
    names = {name: each[name] and f"{each[name]}-later" for name in ("transfer_id", "order_id")}
    return each | names | {"event_id": f"later-{each['event_id']}"}


def said_by(ledger: Ledger) -> tuple[object, ...]:
    live = live_entries(ledger.entries)
    return (
        balance(live, opening=ledger.opening),
        transfer_discrepancies_milli(live),
        on_order(live, now=9 * STEP, protection_days=200.0, grace_days=GRACE_DAYS),
        ledger.facts,
    )


@settings(max_examples=300, deadline=None)
@given(histories(), histories(corrected=False), st.integers(0, 3))
def test_a_settled_ledger_says_what_the_whole_one_says_whatever_comes(
    first: list[dict[str, Any]], later: list[dict[str, Any]], sealed_before: int
) -> None:
    whole = Ledger.of(entries(*map(as_fact, timed(first))))
    thinned = settled(whole, sealed_through=sealed_before * STEP)
    thinned = settled(thinned, sealed_through=SEALED)
    event(f"folded: {len(whole.entries) - len(thinned.entries)}")
    assert said_by(thinned) == said_by(whole)
    for each in timed(later):
        if each["occurred_at"] > SEALED:
            whole = whole.apply(entry_of(as_fact(of_its_own(each))))
            thinned = thinned.apply(entry_of(as_fact(of_its_own(each))))
            assert said_by(thinned) == said_by(whole)


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 6))
def test_settling_twice_settles_once(history: list[dict[str, Any]], day: int) -> None:
    once = settled(Ledger.of(entries(*map(as_fact, timed(history)))), sealed_through=day * STEP)
    assert settled(once, sealed_through=day * STEP) == once


def test_nothing_is_folded_before_its_whole_month_is_sealed() -> None:
    ledger = Ledger.of(entries(fact("c", FactKind.COUNTED, 0, 5000, occurred_at=MONTH - 1)))
    assert settled(ledger, sealed_through=MONTH - 2) is ledger
    assert settled(ledger, sealed_through=MONTH - 1).entries == ()


def test_an_order_that_never_came_and_a_transfer_under_way_are_not_folded() -> None:
    placed = fact(
        "placed", FactKind.ORDER_PLACED, 0, 5000, order_id="P", line="1", due_on=FIRST_DAY
    )
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 5000, transfer_id="T")
    short = fact("in", FactKind.TRANSFERRED_IN, 0, 5000, transfer_id="U")
    ledger = Ledger.of(entries(placed, coming, short, fact("i", FactKind.ISSUED, 0, 1000)))
    thinned = settled(ledger, sealed_through=at(90))
    assert {each.event_id for each in thinned.entries} == {"placed", "out/inbound", "in"}


def test_goods_that_a_cancelled_in_leg_put_back_on_the_road_are_not_folded() -> None:
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 4000, transfer_id="T")
    into = fact("into", FactKind.TRANSFERRED_IN, 2, 4000, transfer_id="T")
    cancelled = fact("none", FactKind.TRANSFERRED_IN, 2, 0, transfer_id="T", corrects="into")
    ledger = Ledger.of(entries(coming, into, cancelled))
    thinned = settled(ledger, sealed_through=at(90))
    assert balance(live_entries(thinned.entries), opening=thinned.opening).in_transit_milli == 4000


def test_a_transfer_that_was_cancelled_as_a_whole_is_folded() -> None:
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 4000, transfer_id="T")
    none = fact(
        "none/inbound", FactKind.INBOUND_EXPECTED, 0, 0, transfer_id="T", corrects="out/inbound"
    )
    assert settled(Ledger.of(entries(coming, none)), sealed_through=at(90)).entries == ()


def test_a_chain_of_corrections_that_reaches_to_now_is_kept_whole() -> None:
    wrong = fact("wrong", FactKind.ISSUED, 0, 5000)
    right = fact("right", FactKind.ISSUED, 1, 3000, corrects="wrong")
    last = fact("last", FactKind.ISSUED, 200, 2000, corrects="right")
    ledger = Ledger.of(entries(wrong, right, last))
    assert settled(ledger, sealed_through=at(90)).entries == ledger.entries
