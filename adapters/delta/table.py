"""One Delta table that one application appends to, each record of its sources once.

Delta records an application's position but does not refuse a repeat, so the position is checked
here. Check and write share one snapshot: a second writer of the same source fails to commit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake import Field as DeltaField
from deltalake.exceptions import CommitFailedError, DeltaError

from domain.errors import ConfigurationError, TransientError

SOURCES_PROPERTY = "novacorrente.sources"  # {topic: {"topic_id", "partitions"}} as JSON
_ATTEMPTS = 5
# A handle replays every commit since it was opened: a hundred keeps a commit under 40 ms.
_COMMITS_PER_HANDLE = 100


@dataclass(frozen=True, slots=True)
class Source:
    """One topic-partition that is written to the table."""

    topic: str
    topic_id: str
    partition: int

    def app_id(self, app: str) -> str:
        """Return the name under which Delta keeps this source's position."""
        return f"{app}/{self.topic_id}/{self.partition}"


@dataclass(frozen=True, slots=True)
class Span:
    """The offsets that an append covers: after one (None: from the start), up to another."""

    after: int | None
    last: int


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Where a table is and what is in it."""

    uri: str
    schema: pa.Schema
    topic_column: str
    partition_column: str
    offset_column: str
    partition_by: tuple[str, ...] = ()
    # Dictionaries pay where few values repeat; elsewhere they are built and thrown away.
    repetitive: frozenset[str] = field(default=frozenset())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class LakeTable:
    """Appends to one Delta table and knows how far each source has come in it."""

    def __init__(self, spec: TableSpec, *, app: str, now_ms: Callable[[], int] = _now_ms) -> None:
        self._spec = spec
        self._app = app
        self._now_ms = now_ms
        self._handle = _created(spec)
        self._commits = 0
        self._properties = WriterProperties(
            compression="ZSTD",
            compression_level=1,
            default_column_properties=ColumnProperties(dictionary_enabled=False),
            column_properties={
                name: ColumnProperties(dictionary_enabled=True) for name in sorted(spec.repetitive)
            },
        )

    @property
    def uri(self) -> str:
        """Where the table is."""
        return self._spec.uri

    def adopt(self, topics: Mapping[str, tuple[str, int]]) -> None:
        """Record which topics (id and partition count) are written here.

        Raises:
            ConfigurationError: the table holds records of a topic of that name with another id.
        """
        held = sources_of(self._handle)
        for name, (topic_id, _) in sorted(topics.items()):
            old = held.get(name)
            if old is not None and old[0] != topic_id and self._has_position(name, old):
                msg = (
                    f"{self.uri} was written from another broker: {name} had topic id {old[0]} "
                    f"and now has {topic_id}. Start the broker whose data it belongs to, or move "
                    f"the lake away to start over"
                )
                raise ConfigurationError(msg)
        wanted = {**held, **topics}
        if wanted != held:
            self._describe(wanted)

    def positions(self, sources: Iterable[Source]) -> dict[Source, int | None]:
        """Return the last offset held of each source; None where there is none."""
        return {each: self._held(each) for each in sources}

    def append(self, rows: pa.Table, spans: Mapping[Source, Span]) -> int:
        """Commit the rows that the table does not hold yet, and the spans; return how many.

        A span without rows still advances its source: everything in it was dealt with elsewhere.

        Raises:
            TransientError: another writer kept winning, or the storage failed.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._append(rows, spans)
            except CommitFailedError:
                self._reopen()
            except (DeltaError, OSError) as error:
                # Also where the log below this handle was shortened: another session opens anew.
                msg = f"{self.uri}: {error}"
                raise TransientError(msg) from error
        msg = f"{self.uri}: lost the race to commit {_ATTEMPTS} times"
        raise TransientError(msg)

    def _append(self, rows: pa.Table, spans: Mapping[Source, Span]) -> int:
        advancing = {each: span for each, span in spans.items() if self._advances(each, span)}
        if not advancing:
            return 0
        new = self._not_held(rows, spans)
        self._commit(new, advancing)
        return int(new.num_rows)

    def _advances(self, source: Source, span: Span) -> bool:
        held = self._held(source)
        if held is not None and held >= span.last:
            return False
        if span.after is not None and (held is None or held < span.after):
            # The table was restored to an earlier version: what lies between was not read again.
            msg = f"{self.uri}: {source} is at {held}, no longer at {span.after}"
            raise TransientError(msg)
        return True

    def _not_held(self, rows: pa.Table, spans: Mapping[Source, Span]) -> pa.Table:
        held = {each: self._held(each) for each in spans}
        if all(held[each] == span.after for each, span in spans.items()):
            return rows
        keep = pa.array([True] * rows.num_rows)
        for source, offset in held.items():
            if offset is not None:
                keep = pc.and_(keep, pc.invert(self._is_held(rows, source, offset)))
        return rows.filter(keep)

    def _is_held(self, rows: pa.Table, source: Source, offset: int) -> pa.Array:
        topic = pc.equal(rows[self._spec.topic_column], source.topic)
        partition = pc.equal(rows[self._spec.partition_column], source.partition)
        return pc.and_(pc.and_(topic, partition), _up_to(rows, self._spec.offset_column, offset))

    def _commit(self, rows: pa.Table, spans: Mapping[Source, Span]) -> None:
        now = self._now_ms()
        write_deltalake(
            self._handle,
            rows,
            mode="append",
            writer_properties=self._properties,
            commit_properties=CommitProperties(
                app_transactions=[
                    Transaction(source.app_id(self._app), span.last, now)
                    for source, span in spans.items()
                ]
            ),
        )
        self._commits += 1
        if self._commits % _COMMITS_PER_HANDLE == 0:
            self._reopen()

    def _held(self, source: Source) -> int | None:
        held: int | None = self._handle.transaction_version(source.app_id(self._app))
        return held

    def _has_position(self, name: str, described: tuple[str, int]) -> bool:
        topic_id, partitions = described
        return any(
            self._held(Source(name, topic_id, each)) is not None for each in range(partitions)
        )

    def _describe(self, topics: Mapping[str, tuple[str, int]]) -> None:
        value = {n: {"topic_id": i, "partitions": p} for n, (i, p) in sorted(topics.items())}
        try:
            self._handle.alter.set_table_properties(
                {SOURCES_PROPERTY: json.dumps(value)}, raise_if_not_exists=False
            )
        except CommitFailedError as error:
            msg = f"{self.uri}: another sink is starting on it"
            raise TransientError(msg) from error
        self._reopen()

    def _reopen(self) -> None:
        self._handle = DeltaTable(self.uri)


def sources_of(handle: DeltaTable) -> dict[str, tuple[str, int]]:
    """Return id and partition count of each topic that is written to a table."""
    described = json.loads(handle.metadata().configuration.get(SOURCES_PROPERTY, "{}"))
    return {name: (each["topic_id"], each["partitions"]) for name, each in described.items()}


def _up_to(rows: pa.Table, column: str, offset: int) -> pa.Array:
    return pc.less_equal(rows[column], offset)


def _created(spec: TableSpec) -> DeltaTable:
    """Open the table; make it where there is none, and add columns that it lacks."""
    DeltaTable.create(
        spec.uri, schema=spec.schema, mode="ignore", partition_by=list(spec.partition_by)
    )
    handle = DeltaTable(spec.uri)
    held = {each.name for each in handle.schema().fields}
    missing = [each for each in spec.schema if each.name not in held]
    if missing:
        handle.alter.add_columns([DeltaField.from_arrow(each) for each in missing])
        handle = DeltaTable(spec.uri)
    return handle
