"""The wall clock in, one tick a minute out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Event

import structlog

from adapters.telemetry import Readiness
from domain.errors import TransientError
from domain.instants import SECOND
from producers.clock.ticks import MINUTE, tick, whole_minute
from producers.timeline import EventPublisher

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0

# How long a stop may have to wait for a broker that is away.
_PATIENCE_SECONDS = 5.0

log = structlog.get_logger()


def run(
    publisher: EventPublisher, *, now: Callable[[], int], stop: Event, readiness: Readiness
) -> None:
    """Tick at the start of every minute until told to stop; the current minute's at once.

    Minutes missed while the broker was away are not made up for: a tick says how late it is,
    and only the newest matters.

    Raises:
        PlatformError: a tick was refused for good.
    """
    while not stop.is_set():
        minute = whole_minute(now())
        _publish(publisher, minute, stop, readiness)
        stop.wait((minute + MINUTE - now()) / SECOND)


def _publish(publisher: EventPublisher, minute: int, stop: Event, readiness: Readiness) -> None:
    """Publish one tick, again and again while the broker or the registry is away."""
    for attempt in count():
        try:
            publisher.publish([tick(minute)])
            publisher.flush(_PATIENCE_SECONDS)
        except TransientError as error:
            readiness.not_ready(str(error))
            pause = min(_FIRST_PAUSE_SECONDS * 2**attempt, _LONGEST_PAUSE_SECONDS)
            log.warning("tick_delayed", reason=str(error), retry_in_seconds=pause)
            if stop.wait(pause):
                return
        else:
            readiness.ready()
            log.info("tick_published", occurred_at=minute)
            return
