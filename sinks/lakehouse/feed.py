"""The way of records into one table: rows built, kept until due, committed with their offsets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import pyarrow as pa
import structlog

from adapters.delta import LakeTable, Source
from sinks.lakehouse import metrics
from sinks.lakehouse.pending import Cadence, Pending
from sinks.log import LogRecord, TopicDescription

RowBuilder = Callable[[Sequence[LogRecord]], pa.RecordBatch]
_log = structlog.get_logger()


class TableFeed:
    """Feeds one table from the topics that go there."""

    def __init__(
        self,
        table: LakeTable,
        builders: Mapping[str, RowBuilder],
        *,
        described: Mapping[str, TopicDescription],
        before_commit: Callable[[pa.Table], pa.Table],
    ) -> None:
        self._table = table
        self._builders = builders
        self._before_commit = before_commit
        table.adopt({n: (each.topic_id, each.partitions) for n, each in described.items()})
        self._sources = {
            (name, partition): Source(name, each.topic_id, partition)
            for name, each in described.items()
            for partition in range(each.partitions)
        }
        self._held = table.positions(self._sources.values())
        self._pending = Pending()

    @property
    def held(self) -> dict[Source, int | None]:
        """The last committed offset of each source."""
        return self._held

    def take(self, topic: str, records: Sequence[LogRecord], *, now: float) -> None:
        """Build the rows of one topic's records and keep them until they are due."""
        metrics.RECORDS.labels(topic).inc(len(records))
        reached = {self._sources[topic, each.partition]: each.offset for each in records}
        self._pending.add(self._builders[topic](records), reached, now=now)

    def flush_if_due(self, cadence: Cadence, *, now: float, last_arrival: float) -> None:
        """Commit what has waited long enough."""
        if cadence.due(self._pending, now=now, last_arrival=last_arrival):
            self.flush()

    def flush(self) -> None:
        """Commit everything taken so far.

        Raises:
            TransientError: it could not be committed; the records must be read again.
        """
        if self._pending.since is None:
            return
        began = perf_counter()
        rows = self._before_commit(pa.Table.from_batches(self._pending.batches))
        committed = self._table.append(rows, self._pending.spans(self._held))
        self._held.update(self._pending.reached)
        seconds = perf_counter() - began
        metrics.COMMITS.inc()
        metrics.COMMIT_SECONDS.observe(seconds)
        metrics.ROWS.inc(committed)
        _log.info("batch_written", table=self._table.uri, rows=committed, seconds=round(seconds, 3))
        self._pending.clear()
