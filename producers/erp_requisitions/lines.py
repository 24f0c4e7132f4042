"""One line of the export in, the event that it becomes out."""

from __future__ import annotations

from producers.timeline import TimedEvent
from schemas.requisition_export import TOPIC, RawLine


def to_event(line: RawLine) -> TimedEvent:
    """Return the event that says what the line says, broken or not."""
    return TimedEvent(TOPIC, line.key, line.record())
