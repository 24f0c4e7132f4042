"""One process that keeps the read model as fresh as the log, each record once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from adapters.telemetry import Readiness
from domain.errors import RejectedEventError
from schemas.codec import Record
from schemas.topics import Topic
from sinks.live_view import metrics
from sinks.live_view.rows import (
    ALERTS,
    ESTIMATES,
    FACTS,
    POSITIONS,
    Row,
    dead_letter_row,
    rows_of,
)
from sinks.live_view.store import Batch, Freshness, LiveView
from sinks.log import Coordinates, LogRecord, SourceLog, TopicDescription
from sinks.resume import Backlog, all_partitions, refuse_other_broker, resume

APP = "sinks.live_view"
_READ_MOST = 1000
# How soon the wish to stop is noticed; a record does not wait for it.
_READ_SECONDS = 0.5
_log = structlog.get_logger()


class Decoder(Protocol):
    """Decodes the values of every topic."""

    def decode(self, topic_name: str, framed: bytes | None) -> Record:
        """Return the record in framed bytes."""


def is_read(topic: Topic) -> bool:
    """Return whether the live view reads a topic."""
    return topic.is_dead_letter or topic.name in {FACTS, POSITIONS, ESTIMATES, ALERTS}


@dataclass(slots=True)
class LiveViewSink:
    """Applies topics to the read model."""

    view: LiveView
    topics: Sequence[Topic]
    log: SourceLog
    decoder: Decoder
    readiness: Readiness
    now: Callable[[], int]  # microseconds since 1970

    def session(self, stopping: threading.Event) -> None:
        """Read on from where the read model is, until stopping is set.

        Raises:
            TransientError: something outside failed; begin another session.
            ConfigurationError: read model and broker do not belong together.
        """
        described = self.log.describe([each.name for each in self.topics])
        backlog = self._assign(described)
        topic_ids = {name: each.topic_id for name, each in described.items()}
        self._tell(backlog)
        while not stopping.is_set():
            records = self.log.read(most=_READ_MOST, seconds=_READ_SECONDS)
            if records:
                backlog.stored(self._apply(records, topic_ids))
                self._tell(backlog)

    def _tell(self, backlog: Backlog) -> None:
        """Be ready once all is here that was in the log when the session began.

        What comes after that is news; before it, answers would be of a time gone by.
        """
        if left := backlog.records:
            self.readiness.not_ready(f"reading the log: {left:,} records to go")
        else:
            self.readiness.ready()

    def _assign(self, described: dict[str, TopicDescription]) -> Backlog:
        store = "the live view"
        refuse_other_broker(self.view.topic_ids(), described, store=store)
        bounds = self.log.bounds(all_partitions(described))
        found = resume(dict(self.view.next_offsets()), bounds, store=store)
        for (topic, partition), count in found.expired.items():
            metrics.EXPIRED.labels(topic).inc(count)
            _log.error("records_expired_unread", topic=topic, partition=partition, records=count)
        self.log.assign(found.offsets)
        backlog = Backlog.of(found.offsets, bounds)
        _log.info("assigned", partitions=len(found.offsets), backlog=backlog.records)
        return backlog

    def _apply(
        self, records: Sequence[LogRecord], topic_ids: dict[str, str]
    ) -> dict[Coordinates, int]:
        batch = Batch()
        for record in records:
            self._add(record, batch)
        now = self.now()
        self.view.apply(batch, topic_ids=topic_ids, seen_at=now)
        oldest = min(each.timestamp_us for each in records)
        metrics.VISIBLE_SECONDS.observe(max(0, now - oldest) / 1e6)
        _log.info("batch_applied", records=len(records), rows=len(batch.rows))
        return batch.next_offsets

    def _add(self, record: LogRecord, batch: Batch) -> None:
        event_at = None
        try:
            if record.topic.endswith(".dlq"):
                batch.rows.append(dead_letter_row(record))
            else:
                decoded = self.decoder.decode(record.topic, record.value)
                event_at = decoded["occurred_at"]
                batch.rows.extend(rows_of(record, decoded))
        except RejectedEventError as error:
            metrics.UNREADABLE.labels(record.topic, error.reason).inc()
            batch.rows.append(_unreadable(record, error))
        metrics.RECORDS.labels(record.topic).inc()
        batch.next_offsets[record.topic, record.partition] = record.offset + 1
        batch.freshness.setdefault(record.topic, Freshness()).saw(record.timestamp_us, event_at)


def _unreadable(record: LogRecord, error: RejectedEventError) -> Row:
    # The lakehouse sink, which reads every topic, is the one that writes its dead letter.
    return Row(
        "unreadable",
        {
            "topic": record.topic,
            "partition": record.partition,
            "record_offset": record.offset,
            "reason": error.reason,
            "detail": error.detail,
        },
    )
