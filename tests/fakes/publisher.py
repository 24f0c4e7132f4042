"""A publisher in memory, and the contract that it shares with the one of Kafka."""

from __future__ import annotations

from typing import Protocol

from adapters.kafka import OutgoingRecord
from adapters.kafka.publisher import Delivered


class EventPublisher(Protocol):
    """What a stage publishes through."""

    def publish(self, record: OutgoingRecord) -> None: ...

    def flush(self) -> None: ...


class InMemoryPublisher:
    """Delivers at flush, in order."""

    def __init__(self) -> None:
        self.queued: list[OutgoingRecord] = []
        self.delivered: list[OutgoingRecord] = []
        self._reports: list[Delivered | None] = []

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        self.queued.append(record)
        self._reports.append(on_delivered)

    def flush(self, timeout_seconds: float = 120.0) -> None:
        for record, report in zip(self.queued, self._reports, strict=True):
            if report is not None:
                report(record.topic, 0, len(self.delivered))
            self.delivered.append(record)
        self.queued, self._reports = [], []


class PublisherContract:
    """What every publisher owes who uses it; `topic` has one partition."""

    topic: str

    def publisher(self) -> EventPublisher:
        raise NotImplementedError

    def delivered(self, expected: int) -> list[tuple[bytes | None, bytes | None, list[str]]]:
        """Return key, value and header names of what was delivered last."""
        raise NotImplementedError

    def test_flush_delivers_in_order_with_key_value_and_headers(self) -> None:
        publisher = self.publisher()
        for value in (b"a", b"b", None):
            publisher.publish(OutgoingRecord(self.topic, b"k", value, [("ce_id", b"1")]))
        publisher.flush()
        assert self.delivered(3) == [(b"k", value, ["ce_id"]) for value in (b"a", b"b", None)]
