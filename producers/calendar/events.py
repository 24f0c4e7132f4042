"""Calendar days in, their events out; pure, so that every publication says the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.identity import stable_id
from domain.instants import day_number, start_of_day
from producers.calendar.days import CalendarDay, days_of
from producers.timeline import TimedEvent

TOPIC = "raw.calendar-day.v1"
SOURCE = "holidays"


def calendar(first_year: int, last_year: int) -> Iterator[TimedEvent]:
    """Yield the days of the years, both included, in the order of time."""
    for year in range(first_year, last_year + 1):
        yield from map(event_of, days_of(year))


def event_of(day: CalendarDay) -> TimedEvent:
    """Return the event of a day; its id follows from date, region and name.

    The days of a year are known long before it: laws fix them, and Easter is reckoned. They
    count as published when the year before begins, so that a forecast for a year ahead may use
    them and training still never sees more than was known.
    """
    published_at = start_of_day(date(day.observed_on.year - 1, 1, 1))
    record = {
        "event_id": stable_id(
            SOURCE, "calendar-day", day.observed_on.isoformat(), day.region, day.name
        ),
        "occurred_at": start_of_day(day.observed_on),
        "recorded_at": published_at,
        "source": SOURCE,
        "corrects": None,
        "upload_id": None,
        "observed_on": day_number(day.observed_on),
        "published_at": published_at,
        "region": day.region,
        "name": day.name,
        "category": day.category,
    }
    return TimedEvent(TOPIC, day.region, record)
