"""A raw event in, what cleaning must make of it out: every copy, leg and fact of it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import RejectedEventError
from domain.identity import inbound_id
from producers.timeline import TimedEvent
from schemas.requisition_rules import parse_line
from schemas.topics import topic

Coordinates = tuple[str, int, int]  # topic, partition, offset
# Topic, event_id, and the partition where every partition must have it.
Output = tuple[str, str, int | None]

FACTS, LINES = "clean.stock-fact.v1", "clean.requisition-line.v1"
DAYS = "clean.calendar-day.v1"
PRIORS = "raw.demand-prior.v1"
_BROADCAST = frozenset({"raw.item.v1", "raw.site.v1", "raw.clock-tick.v1"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A raw event, and where the broker stored it."""

    event: TimedEvent
    at: Coordinates

    @property
    def outputs(self) -> frozenset[Output]:
        """What comes of it, unless it is refused."""
        event_id = self.event.event_id
        if self.event.topic in _BROADCAST:
            return of_broadcast(event_id)
        if self.event.topic == "raw.requisition-line.v1":
            return frozenset(self._of_line(event_id))
        if self.event.topic == "raw.calendar-day.v1":
            return frozenset({(DAYS, event_id, None)})
        if self.event.record.get("movement_type") == "transferred_out":
            return frozenset({(FACTS, event_id, None), (FACTS, inbound_id(event_id), None)})
        return frozenset({(FACTS, event_id, None)})

    def _of_line(self, event_id: str) -> set[Output]:
        try:
            asks_for_stock = not parse_line(self.event.record).is_service
        except RejectedEventError:
            asks_for_stock = False
        of_line: set[Output] = {(LINES, event_id, None)}
        return of_line | {(FACTS, event_id, None)} if asks_for_stock else of_line


def of_broadcast(event_id: str) -> frozenset[Output]:
    """Return what comes of an event that every partition must hear."""
    return frozenset((FACTS, event_id, number) for number in range(topic(FACTS).partitions))
