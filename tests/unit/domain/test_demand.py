"""What counts as demand, and in which week."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.instants import DAY, WEEK
from domain.stock.demand import demand_entries, exposed_demand, weekly_demand_milli
from tests.fakes.facts import START, at, entries, fact


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


def exposed(*facts: StockFact, day: float) -> tuple[dict[str, int], float]:
    """Return the demands that count at a day, and on which day exposure began."""
    found, since = exposed_demand(entries(*facts), now=at(day), horizon_days=400.0)
    return {each.event_id: each.quantity_milli for each in found}, (since - START) / DAY


def test_a_mistyped_year_neither_counts_nor_dilutes() -> None:
    asked, stray = requested("asked", 0, 1000), requested("stray", -7000, 9000)
    assert exposed(asked, stray, day=70) == ({"asked": 1000}, 0)
    assert exposed(stray, day=70) == ({}, 70)


def test_exposure_begins_with_the_oldest_demand_count_or_movement() -> None:
    asked, counted = requested("asked", 300, 1), fact("c", FactKind.COUNTED, 340, 5000)
    assert exposed(asked, counted, day=390)[1] == 300
    assert exposed(counted, requested("late", 350, 1), day=390)[1] == 340
    assert exposed(asked, counted, issued("i", 280, 1), day=390)[1] == 280


def test_exposure_never_reaches_beyond_the_horizon() -> None:
    moved = fact("moved", FactKind.RECEIVED, -7000, 1000)
    found, since = exposed(moved, requested("asked", 0, 1000), day=70)
    assert (found, since) == ({"asked": 1000}, 70 - 400)


def test_what_is_asked_for_after_tomorrow_is_no_demand_and_explains_none() -> None:
    soon, late = requested("soon", 8, 1000), requested("late", 8.1, 1000, document="S1")
    moved = issued("moved", 5, 700, document="S1")
    assert exposed(soon, late, moved, issued("later", 900, 1), day=7) == (
        {"soon": 1000, "moved": 700},
        5,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(FactKind), st.integers(-7000, 1000), st.integers(0, 9)),
        max_size=20,
    ),
    st.randoms(use_true_random=False),
)
def test_exposure_is_the_same_in_any_order_and_at_most_the_horizon(
    drawn: list[tuple[FactKind, int, int]], random: Random
) -> None:
    history = [fact(f"f{n}", kind, day, milli) for n, (kind, day, milli) in enumerate(drawn)]
    found = exposed(*history, day=100)
    assert -300 <= found[1] <= 101
    random.shuffle(history)
    assert exposed(*history, day=100) == found


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
