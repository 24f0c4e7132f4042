"""Years in, their days on `raw.calendar-day.v1` out."""

from __future__ import annotations

from domain.errors import ConfigurationError
from producers.calendar.events import calendar
from producers.timeline import EventPublisher

# What the law and the library say; the latest instant that cleaning accepts lies beyond.
FIRST_YEAR, LAST_YEAR = 1990, 2100


def publish_years(first_year: int, last_year: int, publisher: EventPublisher) -> int:
    """Publish the days of the years, wait until all are acknowledged, and return how many.

    Publishing them again repeats their event_ids, so nothing counts twice.

    Raises:
        ConfigurationError: there is no calendar of such years; nothing was published.
        PlatformError: the broker or the registry could not be used.
    """
    if not FIRST_YEAR <= first_year <= last_year <= LAST_YEAR:
        msg = (
            f"years {first_year} to {last_year}: give two between {FIRST_YEAR} and {LAST_YEAR}, "
            "the earlier first"
        )
        raise ConfigurationError(msg)
    published = publisher.publish(calendar(first_year, last_year))
    publisher.flush()
    return published
