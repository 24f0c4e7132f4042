"""Events in, encoded records with their headers on their topics out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from adapters.kafka.headers import event_headers
from adapters.kafka.publisher import Delivered, OutgoingRecord
from schemas.codec import Record


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """One event on its way to a topic: its key, and its record as the Avro schema has it."""

    topic: str
    key: str
    record: Record

    @property
    def event_id(self) -> str:
        """Its identity; the same however often it is published."""
        return str(self.record["event_id"])

    @property
    def occurred_at(self) -> int:
        """When it was true, microseconds since 1970 UTC."""
        return int(self.record["occurred_at"])


class Encoder(Protocol):
    """Turns records into framed bytes: `adapters.registry.RegistryCodecs`."""

    def encode(self, topic_name: str, record: Record) -> bytes:
        """Return the bytes of one record."""


class RecordSink(Protocol):
    """Takes records and acknowledges them: `adapters.kafka.Publisher`."""

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        """Queue one record."""

    def flush(self, timeout_seconds: float = 120.0) -> None:
        """Wait until everything queued is acknowledged."""


EventDelivered = Callable[[str, str, int, int], None]  # event_id, topic, partition, offset


class EventPublisher:
    """Encodes events and hands them to Kafka, in the order in which they come."""

    def __init__(self, sink: RecordSink, encoder: Encoder) -> None:
        self._sink = sink
        self._encoder = encoder

    def publish(
        self, events: Iterable[TimedEvent], on_delivered: EventDelivered | None = None
    ) -> int:
        """Queue the events and return how many; `flush` says that they have arrived.

        `on_delivered` gets each event's id and the coordinates under which it was stored.
        """
        published = 0
        for event in events:
            report = None if on_delivered is None else partial(on_delivered, event.event_id)
            self._sink.publish(self._record(event), report)
            published += 1
        return published

    def flush(self, timeout_seconds: float = 120.0) -> None:
        """Wait until everything queued is acknowledged.

        Raises:
            TransientError: something was not, by then.
            PlatformError: something was refused for good.
        """
        self._sink.flush(timeout_seconds)

    def _record(self, event: TimedEvent) -> OutgoingRecord:
        headers = event_headers(
            event_id=event.event_id,
            event_type=event.topic,
            source=str(event.record["source"]),
            occurred_at=event.occurred_at,
        )
        value = self._encoder.encode(event.topic, event.record)
        return OutgoingRecord(event.topic, event.key.encode(), value, headers)
