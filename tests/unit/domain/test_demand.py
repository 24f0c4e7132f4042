"""What counts as demand, and in which week."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.instants import WEEK
from domain.stock.demand import demand_entries, weekly_demand_milli
from tests.fakes.facts import at, entries, fact


def requested(event_id: str, day: float, milli: int, **fields: object) -> StockFact:
    return fact(event_id, FactKind.REQUESTED, day, milli, **fields)


def issued(event_id: str, day: float, milli: int, **fields: object) -> StockFact:
    return fact(event_id, FactKind.ISSUED, day, milli, **fields)


def demands(*facts: StockFact) -> dict[str, int]:
    return {each.event_id: each.quantity_milli for each in demand_entries(entries(*facts))}


def weeks(*facts: StockFact, day: float, least: int = 1) -> list[int]:
    known = entries(*facts)
    since = min(each.occurred_at for each in known)
    return weekly_demand_milli(demand_entries(known), since=since, now=at(day), least_weeks=least)


def test_an_issue_that_fulfils_its_requisition_is_not_demand_a_second_time() -> None:
    asked = requested("asked", 0, 2000, document="S1")
    assert demands(asked, issued("issued", 1, 2000, document="S1")) == {"asked": 2000}


def test_an_issue_that_nobody_requested_is_demand() -> None:
    asked = requested("asked", 0, 2000, document="S1")
    assert demands(asked, issued("issued", 1, 700, document="S2")) == {"asked": 2000, "issued": 700}


def test_a_requisition_without_a_number_explains_no_issue() -> None:
    asked = requested("asked", 0, 2000)
    assert demands(asked, issued("issued", 1, 700)) == {"asked": 2000, "issued": 700}


def test_a_line_exported_again_counts_once_in_its_latest_version() -> None:
    old = requested("old", 0, 2000, line_id="L", recorded_at=at(1))
    new = requested("new", 3, 2000, line_id="L", recorded_at=at(9))
    assert demands(old, new) == demands(new, old) == {"new": 2000}


def test_two_lines_of_one_requisition_are_two_demands() -> None:
    first = requested("first", 0, 2000, line_id="L1", document="S1")
    second = requested("second", 0, 500, line_id="L2", document="S1")
    assert demands(first, second) == {"first": 2000, "second": 500}


def test_receipts_transfers_and_scrap_are_no_demand() -> None:
    others = [FactKind.RECEIVED, FactKind.SCRAPPED, FactKind.TRANSFERRED_OUT, FactKind.COUNTED]
    assert demands(*(fact(str(kind), kind, 0, 5000) for kind in others)) == {}


def test_a_cancelled_issue_is_no_demand() -> None:
    assert demands(issued("no", 0, 0, corrects="wrong")) == {}


def test_weeks_without_demand_are_part_of_the_exposure() -> None:
    """A part used three days a year is not used every day."""
    asked = requested("asked", 0, 3000)
    assert weeks(asked, day=70) == [3000] + [0] * 9


def test_a_young_key_is_judged_over_the_least_exposure() -> None:
    asked = requested("asked", 0, 1000)
    assert weeks(asked, day=3, least=8) == [0] * 7 + [1000]


def test_the_oldest_fact_is_in_a_week_even_when_that_began_with_it() -> None:
    asked = requested("asked", 0, 1000)
    assert weeks(asked, day=56, least=8) == [1000] + [0] * 7
    assert weeks(asked, day=63, least=8) == [1000] + [0] * 8


def test_what_is_newer_than_the_newest_tick_belongs_to_the_newest_week() -> None:
    assert weeks(requested("asked", 9, 1000), requested("old", 0, 1), day=7) == [1001]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400 * 24), st.integers(1, 9)), min_size=1, max_size=20),
    st.integers(0, 24 * 30),
    st.integers(1, 12),
    st.randoms(use_true_random=False),
)
def test_no_demand_is_lost_between_weeks_in_any_order(
    drawn: list[tuple[int, int]], waited: int, least: int, random: Random
) -> None:
    history = [requested(f"r{n}", hour / 24, milli) for n, (hour, milli) in enumerate(drawn)]
    day = max(hour for hour, _ in drawn) / 24 + waited / 24
    found = weeks(*history, day=day, least=least)
    assert sum(found) == sum(milli for _, milli in drawn)
    random.shuffle(history)
    assert weeks(*history, day=day, least=least) == found


def test_a_week_is_seven_days_not_a_calendar_week() -> None:
    assert weekly_demand_milli([], since=0, now=3 * WEEK + 1, least_weeks=1) == [0, 0, 0, 0]
