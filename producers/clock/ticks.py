"""An instant in, the tick that says it out; pure, so data's own time ticks as well."""

from __future__ import annotations

from collections.abc import Iterator

from domain.identity import stable_id
from domain.instants import SECOND
from producers.timeline import TimedEvent

TOPIC = "raw.clock-tick.v1"
SOURCE = "clock"
MINUTE = 60 * SECOND


def tick(instant: int) -> TimedEvent:
    """Return the tick of an instant; the same instant has the same tick."""
    record = {
        "event_id": stable_id(SOURCE, "clock-tick", str(instant)),
        "occurred_at": instant,
        "recorded_at": instant,
        "source": SOURCE,
        "corrects": None,
        "upload_id": None,
    }
    return TimedEvent(TOPIC, SOURCE, record)


def ticks(start: int, end: int, every: int) -> Iterator[TimedEvent]:
    """Yield the ticks from `start` to `end`, both included where the step meets them.

    >>> [event.occurred_at for event in ticks(0, 5, 2)]
    [0, 2, 4]
    """
    return (tick(instant) for instant in range(start, end + 1, every))


def whole_minute(instant: int) -> int:
    """Return the start of the minute, the same for every process that ticks within it."""
    return instant - instant % MINUTE
