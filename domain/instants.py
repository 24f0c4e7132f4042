"""Instants are integers: microseconds since 1970 in UTC. Days count from 1970-01-01."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
WEEK = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def from_datetime(moment: datetime) -> int:
    """Return an instant; a time without a zone is São Paulo's, the earlier of two readings."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SAO_PAULO, fold=0)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int) -> datetime:
    """Return an instant as a UTC datetime.

    >>> to_datetime(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return _EPOCH + timedelta(microseconds=instant)


def start_of_day(day: date) -> int:
    """Return the first instant of a São Paulo day: what a day-only movement means."""
    return from_datetime(datetime.combine(day, time.min))


@lru_cache(maxsize=4096)  # orders are due on a few hundred days, and asked for at every fact
def end_of_day(day: date) -> int:
    """Return the last instant of a São Paulo day: what a day-only count means."""
    return from_datetime(datetime.combine(day, time.max))


def day_number(day: date) -> int:
    """Return days since 1970-01-01, as Avro's `date` holds them."""
    return (day - _EPOCH_DAY).days


def day_of(number: int) -> date:
    """Return the date of a day number.

    >>> day_of(20000)
    datetime.date(2024, 10, 4)
    """
    return _EPOCH_DAY + timedelta(days=number)


def local_day(instant: int) -> date:
    """Return the São Paulo day on which an instant falls."""
    return to_datetime(instant).astimezone(SAO_PAULO).date()
