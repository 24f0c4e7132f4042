"""When a job is due: rules of the wall clock, as functions of an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from domain.instants import SAO_PAULO, SECOND, from_datetime, to_datetime

_DAYS_A_WEEK = 7


class Cadence(Protocol):
    """A rule for regular times."""

    def next_after(self, instant: int) -> int:
        """Return the first regular time after an instant, never the instant itself."""


@dataclass(frozen=True, slots=True)
class Every:
    """At whole multiples of an interval, in UTC: an interval of an hour means on the hour."""

    seconds: float

    def next_after(self, instant: int) -> int:
        """Return the first regular time after an instant.

        >>> [Every(3600).next_after(each * SECOND) // SECOND for each in (0, 1, 3599, 3600)]
        [3600, 3600, 3600, 7200]
        """
        interval = max(1, round(self.seconds * SECOND))
        return instant - instant % interval + interval


@dataclass(frozen=True, slots=True)
class At:
    """At a time of the day in São Paulo: every day, or on one day of the week (Monday is 0)."""

    hour: int
    minute: int
    weekday: int | None = None

    def next_after(self, instant: int) -> int:
        """Return the first regular time after an instant."""
        today = to_datetime(instant).astimezone(SAO_PAULO).date()
        # Yesterday's may still come where the clocks were set back in between.
        for ahead in range(-1, _DAYS_A_WEEK + 2):
            day = today + timedelta(days=ahead)
            if self.weekday in (None, day.weekday()):
                at = from_datetime(datetime.combine(day, time(self.hour, self.minute)))
                if at > instant:
                    return at
        raise AssertionError(self)  # a week has every weekday
