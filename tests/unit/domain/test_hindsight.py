"""Stock as it was, and as it was known to be: the laws of both times."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.stock.corrections import live_entries
from domain.stock.hindsight import Moment, Then, known_by, stock_then
from domain.stock.ledger import balance
from domain.stock.policy import Policy
from tests.fakes.facts import FIRST_DAY, at, entries, fact
from tests.unit.domain.histories import as_fact, histories


def then(*facts: StockFact, now: float = 99, as_of: float | None = None, known_at: float | None = None) -> Then:  # fmt: skip  # noqa: E501
    moment = Moment(
        now=at(now),
        as_of=None if as_of is None else at(as_of),
        known_at=None if known_at is None else at(known_at),
    )
    return stock_then(entries(*facts), moment, lead_time_days=10.0, policy=Policy())


def dated(each: dict[str, Any]) -> dict[str, Any]:
    return each | {"due_on": FIRST_DAY}


@settings(max_examples=200, deadline=None)
@given(histories())
def test_as_of_the_end_is_now(history: list[dict[str, Any]]) -> None:
    held = entries(*map(as_fact, map(dated, history)))
    end = max((each.occurred_at for each in held), default=0)
    now = stock_then(held, Moment(now=at(5)), lead_time_days=10.0, policy=Policy())
    for as_of in (max(end, at(5)), at(999)):
        asked = Moment(now=at(5), as_of=as_of)
        assert stock_then(held, asked, lead_time_days=10.0, policy=Policy()) == now
    assert now.balance == balance(live_entries(held))


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(-1, 6), st.integers(-1, 6))
def test_what_was_known_only_grows(history: list[dict[str, Any]], one: int, other: int) -> None:
    held = entries(*map(as_fact, history))
    earlier, later = known_by(held, min(one, other)), known_by(held, max(one, other))
    assert set(earlier) <= set(later) <= set(held)
    assert [each for each in later if each.recorded_at <= min(one, other)] == earlier
    assert known_by(held, 99) == list(held)


@settings(max_examples=200, deadline=None)
@given(histories(), histories(), st.integers(-1, 6))
def test_what_is_recorded_later_does_not_change_what_was_known(
    history: list[dict[str, Any]], more: list[dict[str, Any]], known_at: int
) -> None:
    after = [
        each | {"event_id": f"later-{each['event_id']}", "recorded_at": known_at + 1}
        for each in more
    ]
    asked = Moment(now=at(5), known_at=known_at)
    alone = entries(*map(as_fact, map(dated, history)))
    both = entries(*map(as_fact, map(dated, [*history, *after])))
    policy = Policy()
    assert stock_then(both, asked, lead_time_days=1.0, policy=policy) == stock_then(
        alone, asked, lead_time_days=1.0, policy=policy
    )


def test_a_correction_counts_from_when_it_was_recorded() -> None:
    wrong = fact("wrong", FactKind.RECEIVED, 1, 9000)
    right = fact("right", FactKind.RECEIVED, 1, 6000, corrects="wrong", recorded_at=at(5))
    assert then(wrong, right, as_of=2, known_at=4).balance.on_hand_milli == 9000
    assert then(wrong, right, as_of=2, known_at=5).balance.on_hand_milli == 6000
    assert then(wrong, right, as_of=2).balance.on_hand_milli == 6000


def test_what_is_due_goes_by_the_day_that_is_asked_about() -> None:
    placed = fact(
        "p", FactKind.ORDER_PLACED, 0, 5000, order_id="P", line="1", due_on=FIRST_DAY + 40
    )
    assert then(placed, now=99).on_order_milli == 0
    assert then(placed, as_of=30).on_order_milli == 5000
    assert then(placed, as_of=10).on_order_milli == 0
