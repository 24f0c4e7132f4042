"""One process that brings every topic into the lake, each record once.

Positions live in the tables, in the same commit as the rows. A session begins by reading them,
so a kill at any point means reading again what was not committed, and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from time import monotonic
from typing import Protocol

import pyarrow as pa
import structlog

from adapters.delta import LakeTable
from adapters.kafka import OutgoingRecord
from adapters.telemetry import Readiness
from domain.errors import RejectedEventError
from schemas.topics import Topic
from sinks.lakehouse import metrics
from sinks.lakehouse.bronze import bronze_rows
from sinks.lakehouse.dead_letters import dead_letter_rows, distinct, refused
from sinks.lakehouse.feed import RowBuilder, TableFeed
from sinks.lakehouse.pending import Cadence
from sinks.lakehouse.silver import Decoder, SilverRows
from sinks.lakehouse.tables import APP, DEAD_LETTER, spec_of, topics_by_table
from sinks.log import Coordinates, LogRecord, SourceLog, TopicDescription
from sinks.resume import all_partitions, resume

_READ_MOST = 2000
_READ_SECONDS = 0.5
_log = structlog.get_logger()


class DeadLetterPublisher(Protocol):
    """Publishes what could not be decoded."""

    def publish(self, record: OutgoingRecord) -> None:
        """Queue one record."""

    def flush(self) -> None:
        """Return when everything queued is acknowledged."""


@dataclass(slots=True)
class Lakehouse:
    """Brings topics into the tables under one lake."""

    lake_uri: str
    topics: Sequence[Topic]
    log: SourceLog
    decoder: Decoder
    publisher: DeadLetterPublisher
    readiness: Readiness
    cadence: Cadence = field(default_factory=Cadence)
    clock: Callable[[], float] = monotonic
    _feeds: dict[str, TableFeed] = field(init=False, default_factory=dict)

    def session(self, stopping: threading.Event) -> None:
        """Read on from where the tables are, until stopping is set; then commit what is left.

        Raises:
            TransientError: something outside failed; begin another session.
            ConfigurationError: lake and broker do not belong together.
        """
        described = self.log.describe([each.name for each in self.topics])
        self._feeds = self._open_feeds(described)
        self._assign(described)
        self.readiness.ready()
        last_arrival = self.clock()
        while not stopping.is_set():
            records = self.log.read(most=_READ_MOST, seconds=_READ_SECONDS)
            now = self.clock()
            if records:
                last_arrival = now
                self._take(records, now=now)
            for feed in self._distinct_feeds():
                feed.flush_if_due(self.cadence, now=now, last_arrival=last_arrival)
        for feed in self._distinct_feeds():
            feed.flush()

    def _open_feeds(self, described: dict[str, TopicDescription]) -> dict[str, TableFeed]:
        feeds: dict[str, TableFeed] = {}
        for table, topics in topics_by_table(self.topics).items():
            feed = TableFeed(
                LakeTable(spec_of(self.lake_uri, table, topics[0]), app=APP),
                {each.name: self._builder(each) for each in topics},
                described={each.name: described[each.name] for each in topics},
                before_commit=self._deduplicated if table == DEAD_LETTER else self._acknowledged,
            )
            feeds.update({each.name: feed for each in topics})
        return feeds

    def _builder(self, topic: Topic) -> RowBuilder:
        if topic.is_dead_letter:
            return dead_letter_rows
        if topic.layer == "raw":
            return bronze_rows

        def reject(record: LogRecord, error: RejectedEventError) -> None:
            assert topic.dead_letter is not None
            metrics.DEAD_LETTERS.labels(topic.name, error.reason).inc()
            self.publisher.publish(refused(record, error, dead_letter=topic.dead_letter))

        return SilverRows(spec_of(self.lake_uri, "", topic).schema, self.decoder, reject)

    def _acknowledged(self, rows: pa.Table) -> pa.Table:
        # The dead letters of these records first: an offset beyond a record that is nowhere
        # would be a record lost.
        self.publisher.flush()
        return rows

    def _deduplicated(self, rows: pa.Table) -> pa.Table:
        return distinct(rows)

    def _assign(self, described: dict[str, TopicDescription]) -> None:
        bounds = self.log.bounds(all_partitions(described))
        stored = {at: None if held is None else held + 1 for at, held in self._held().items()}
        found = resume(stored, bounds, store=self.lake_uri)
        for (topic, partition), count in found.expired.items():
            metrics.EXPIRED.labels(topic).inc(count)
            _log.error("records_expired_unread", topic=topic, partition=partition, records=count)
        self.log.assign(found.offsets)
        _log.info("assigned", partitions=len(found.offsets), tables=len(self._distinct_feeds()))

    def _take(self, records: Iterable[LogRecord], *, now: float) -> None:
        topic_of = attrgetter("topic")
        for topic, group in groupby(sorted(records, key=topic_of), key=topic_of):
            self._feeds[topic].take(topic, list(group), now=now)

    def _held(self) -> dict[Coordinates, int | None]:
        return {
            (source.topic, source.partition): last
            for feed in self._distinct_feeds()
            for source, last in feed.held.items()
        }

    def _distinct_feeds(self) -> list[TableFeed]:
        return list({id(each): each for each in self._feeds.values()}.values())
