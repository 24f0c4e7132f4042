"""The story around any file: told, cut short with a notice, or one sentence why it cannot be."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigurationError, PlatformError
from domain.instants import to_datetime
from operations.demo.story import Source, tell, when_told
from producers.timeline import TimedEvent
from tests.fakes.exports import FIRST, raw_line

FILE = Path("may.csv")
LINE, TICK, MOVEMENT = "raw.requisition-line.v1", "raw.clock-tick.v1", "raw.stock-movement.v1"


def on(row: int, day: date) -> tuple[object, ...]:
    """Return the cells of a line that was asked for and bought on one day."""
    cells = (f"I{row}", "ITEM", "EPI", "FORN-1", 1, "UN", None, row)
    return ("BATST001", *cells, f"{day:%d/%m}/{day.year:04d}", f"{day:%d/%m}/{day.year:04d}")


def told(*days: date) -> tuple[dict[str, list[TimedEvent]], list[str]]:
    """Return the events by topic of a file with a line a day, and the notices."""
    notices: list[str] = []
    lines = tuple(raw_line(row, *on(row, day)) for row, day in enumerate(days, start=2))
    found: dict[str, list[TimedEvent]] = {LINE: [], TICK: [], MOVEMENT: []}
    for event in tell(Source(FILE, lines, ()), seed=1, notify=notices.append):
        found.setdefault(event.topic, []).append(event)
    return found, notices


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dates(), min_size=1, max_size=3))
def test_whatever_its_dates_every_line_is_told(days: list[date]) -> None:
    found, _ = told(*days)
    assert len(found[LINE]) == len(days)


@pytest.mark.parametrize("edge", [date.min, date(1969, 12, 31), date(2199, 12, 31), date.max])
def test_a_day_at_the_edge_of_the_calendar_is_no_day_of_the_warehouse(edge: date) -> None:
    found, notices = told(edge, FIRST)
    assert {to_datetime(tick.occurred_at).year for tick in found[TICK]} == {FIRST.year}
    alone, _ = told(edge)
    assert list(map(len, alone.values())) == [1, 0, 0]
    assert len(notices) == (edge.year == 2199)


def test_a_sparse_file_has_movements_over_all_of_its_years_and_few_ticks() -> None:
    found, notices = told(*(FIRST + timedelta(100 * n) for n in range(40)))
    assert len(found[MOVEMENT]) >= 40
    assert notices == []
    assert 200 < len(found[TICK]) <= 401


def test_a_file_of_a_year_ticks_every_day() -> None:
    found, _ = told(*(FIRST + timedelta(n) for n in range(0, 360, 10)))
    assert len(found[TICK]) == 352  # the eve of the first day is one too


def test_what_the_warehouse_leaves_out_is_said() -> None:
    later = date(FIRST.year + 5, 1, 1)
    days = [*(FIRST + timedelta(n) for n in range(9)), later]
    (said,) = told(*days)[1]
    assert said.startswith("the simulated warehouse covers 90.0% of the lines that ask for stock")
    assert f"those from {FIRST} to {days[8]}:" in said
    (said,) = told(date(2150, 1, 1))[1]
    assert "covers 0.0%" in said
    assert said.endswith("no plausible ones")


def test_a_story_is_waited_for() -> None:
    story = Future[list[TimedEvent]]()
    events = [TimedEvent(TICK, "x", {})]
    assert when_told(story, FILE, waiting=lambda: story.set_result(events)) == events


@pytest.mark.parametrize("error", [OverflowError("date value out of range"), TimeoutError("slow")])
def test_a_story_that_cannot_be_told_is_one_sentence(error: Exception) -> None:
    story = Future[list[TimedEvent]]()
    story.set_exception(error)
    with pytest.raises(
        PlatformError, match=r"^may\.csv: no warehouse can be imagined .*(date|slow)"
    ):
        when_told(story, FILE, waiting=lambda: None)


def test_an_error_that_says_itself_what_is_wrong_is_left_as_it_is() -> None:
    story = Future[list[TimedEvent]]()
    story.set_exception(ConfigurationError("no stock"))
    with pytest.raises(ConfigurationError, match=r"^no stock$"):
        when_told(story, FILE, waiting=lambda: None)
