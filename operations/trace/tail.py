"""A running log in, the rows out that the lake will hold in some seconds but does not yet."""

from __future__ import annotations

import time
from contextlib import closing

import pyarrow as pa

from adapters.delta.positions import stored_positions
from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs
from domain.errors import RejectedEventError
from schemas.topics import Topic, topics
from sinks.kafka_log import KafkaLog
from sinks.lakehouse.bronze import bronze_rows
from sinks.lakehouse.dead_letters import dead_letter_rows
from sinks.lakehouse.silver import SilverRows, silver_schema
from sinks.lakehouse.tables import APP, topics_by_table
from sinks.log import Coordinates, LogRecord
from sinks.resume import all_partitions

# The lake is some seconds behind; where it is this far behind, it is down, and a trace says so.
MOST_RECORDS = 100_000
_WITHIN_SECONDS = 10.0


class LogTail:
    """Reads each topic from where its table ends; implements `tables.Tail`."""

    def __init__(self, lake_uri: str, kafka: KafkaSettings, codecs: RegistryCodecs) -> None:
        self._lake_uri = lake_uri
        self._kafka = kafka
        self._codecs = codecs
        self._tables = topics_by_table(topics())
        self._records: dict[str, list[LogRecord]] | None = None
        self.is_whole = True

    def __call__(self, table: str) -> pa.Table | None:
        """Return the rows of a table beyond its last commit."""
        if table not in self._tables:
            return None
        if self._records is None:
            self._records = self._read()
        of_table = self._tables[table]
        records = [record for each in of_table for record in self._records.get(each.name, [])]
        return pa.Table.from_batches([self._rows(of_table[0], records)]) if records else None

    def _rows(self, topic: Topic, records: list[LogRecord]) -> pa.RecordBatch:
        if topic.is_dead_letter:
            return dead_letter_rows(records)
        if topic.layer == "raw":
            return bronze_rows(records)
        schema = silver_schema(str(topic.value_schema_json))
        return SilverRows(schema, self._codecs, _leave_out)(records)

    def _read(self) -> dict[str, list[LogRecord]]:
        found: dict[str, list[LogRecord]] = {}
        with closing(KafkaLog(self._kafka, client_id="operations.trace")) as log:
            described = log.describe([each.name for each in topics()])
            bounds = log.bounds(all_partitions(described))
            held = {name: self._held(name) for name in self._tables}
            wanted: dict[Coordinates, int] = {}
            for table, of_table in self._tables.items():
                for each in of_table:
                    about = described[each.name]
                    for partition in range(about.partitions):
                        after = held[table].get((about.topic_id, partition), -1)
                        at = bounds[each.name, partition]
                        if max(after + 1, at.low) < at.high:
                            wanted[each.name, partition] = max(after + 1, at.low)
            ends = {each: bounds[each].high for each in wanted}
            for record in self._until(log, wanted, ends):
                found.setdefault(record.topic, []).append(record)
        return found

    def _until(
        self, log: KafkaLog, wanted: dict[Coordinates, int], ends: dict[Coordinates, int]
    ) -> list[LogRecord]:
        log.assign(wanted)
        at, found = dict(wanted), list[LogRecord]()
        deadline = time.monotonic() + _WITHIN_SECONDS
        while any(at[each] < ends[each] for each in at):
            if len(found) > MOST_RECORDS or time.monotonic() > deadline:
                self.is_whole = False
                break
            for record in log.read(most=5000, seconds=0.2):
                at[record.topic, record.partition] = record.offset + 1
                found.append(record)
        return found

    def _held(self, table: str) -> dict[tuple[str, int], int]:
        return stored_positions(self._lake_uri, table, APP)


def _leave_out(record: LogRecord, error: RejectedEventError) -> None:
    """Leave out what cannot be decoded: the lakehouse sink makes its dead letter."""
