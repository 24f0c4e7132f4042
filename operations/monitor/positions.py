"""The positions of components, read from where each of them would go on after a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

from confluent_kafka import KafkaException, TopicPartition
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from adapters.delta import Source
from adapters.kafka import KafkaSettings, consumer
from domain.errors import TransientError
from operations.monitor.log_ends import CLIENT, Coordinates, Ends
from schemas.topics import Topic
from sinks.lakehouse.tables import APP, topics_by_table

_REQUEST_SECONDS = 5
_BUSY_SECONDS = 2.0

Positions = dict[Coordinates, int]
"""The next offset to process; a partition that was never read is left out."""


class PositionStore(Protocol):
    """Where one component keeps its positions."""

    def read(self, ends: Mapping[Coordinates, Ends]) -> Positions:
        """Return the positions in these partitions.

        Raises:
            TransientError: the store cannot be read now.
        """


class GroupPositions:
    """What a consumer group has committed at the broker; asking does not join the group.

    Asked through a consumer: confluent-kafka 2.16's admin request for the same ends the process
    with SIGSEGV where the broker answers NOT_COORDINATOR or COORDINATOR_NOT_AVAILABLE, which it
    does in its first seconds.
    """

    def __init__(self, settings: KafkaSettings, group: str) -> None:
        self._consumer = consumer(settings, group_id=group, **{"client.id": CLIENT})

    def read(self, ends: Iterable[Coordinates]) -> Positions:
        """Ask the broker."""
        wanted = [TopicPartition(*each) for each in ends]
        try:
            found = self._consumer.committed(wanted, timeout=_REQUEST_SECONDS)
        except KafkaException as error:
            raise TransientError(str(error)) from error
        for each in found:
            if each.error is not None:
                msg = f"{each.topic}/{each.partition}: {each.error}"
                raise TransientError(msg)
        return {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}


class FilePositions:
    """What a sink has written to the table `offset` of its SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, ends: Mapping[Coordinates, Ends]) -> Positions:
        """Look into the file; where there is none yet, nothing has been read."""
        if not self._path.exists():
            return {}
        try:
            with closing(_opened(self._path)) as database:
                rows = database.execute('SELECT topic, "partition", next_offset FROM offset')
                held = {(topic, partition): offset for topic, partition, offset in rows}
        except sqlite3.Error as error:
            msg = f"{self._path.name}: {error}"
            raise TransientError(msg) from error
        return {at: offset for at, offset in held.items() if at in ends}


class LakePositions:
    """What the lakehouse sink has committed to its tables, together with the rows.

    A table that had everything is not opened again before one of its topics has grown.
    """

    def __init__(self, lake_uri: str, topics: Iterable[Topic], topic_ids: Mapping[str, str]):
        self._lake_uri = lake_uri
        self._tables = topics_by_table(topics)
        self._topic_ids = topic_ids
        self._handles: dict[str, DeltaTable] = {}
        self._held: Positions = {}

    def read(self, ends: Mapping[Coordinates, Ends]) -> Positions:
        """Look into the tables that lack something."""
        for table, topics in self._tables.items():
            sources = [(each.name, p) for each in topics for p in range(each.partitions)]
            if any(self._held.get(at, 0) < ends[at].high for at in sources if at in ends):
                self._held |= self._read(table, sources)
        return {at: offset for at, offset in self._held.items() if at in ends}

    def _read(self, table: str, sources: Iterable[Coordinates]) -> Positions:
        try:
            handle = self._newest(table)
            held = {
                (topic, partition): handle.transaction_version(
                    Source(topic, self._topic_ids[topic], partition).app_id(APP)
                )
                for topic, partition in sources
            }
        except TableNotFoundError:
            return {}
        except (DeltaError, OSError) as error:
            self._handles.pop(table, None)
            msg = f"{table}: {error}"
            raise TransientError(msg) from error
        return {at: last + 1 for at, last in held.items() if last is not None}

    def _newest(self, table: str) -> DeltaTable:
        handle = self._handles.get(table)
        if handle is None:
            handle = DeltaTable(f"{self._lake_uri}/{table}")
            self._handles[table] = handle
        else:
            handle.update_incremental()
        return handle


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
