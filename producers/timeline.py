"""Streams of events with their instants in, one in the order of time out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.kafka.events import EventPublisher, TimedEvent

__all__ = ["EventPublisher", "TimedEvent", "merged"]


def merged(first: Sequence[TimedEvent], *others: Iterable[TimedEvent]) -> list[TimedEvent]:
    """Return all events in the order of time; at one instant, in the order of the arguments.

    What claims to be older than the first event of `first` (a line without any date, a date
    years off) follows upon the events of that instant: masters come before what refers to them.
    """
    start = first[0].occurred_at if first else 0
    together = [*first, *(event for stream in others for event in stream)]
    return sorted(together, key=lambda event: max(event.occurred_at, start))
