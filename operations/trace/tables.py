"""The lake's tables in, plain rows out: instants in microseconds, days in day numbers.

What the lake does not hold yet, the tail of a running log adds: see `tail`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable

from operations.trace.coordinates import Coordinates

Row = dict[str, Any]
Tail = Callable[[str], pa.Table | None]


def no_tail(_: str) -> pa.Table | None:
    """Return what a stopped stack has beyond its lake: nothing."""
    return None


@dataclass(slots=True)
class Tables:
    """Bronze, silver and gold of one data directory.

    `tail` returns the rows of a table that only the log holds so far.
    """

    lake: Path
    tail: Tail = no_tail
    _open: dict[str, ds.Dataset] = field(default_factory=dict)

    def find(self, table: str, **wanted: Any) -> list[Row]:
        """Return the rows whose columns hold these values (a set: any of them)."""
        condition = _condition(wanted)
        found: list[Row] = []
        for part in self._parts(table):
            found += _rows(part.to_table(filter=condition))
        return found

    def beginning(self, table: str, column: str, start: str) -> set[str]:
        """Return the values of a column of texts that begin so."""
        found: set[str] = set()
        for part in self._parts(table):
            condition = pc.starts_with(pc.field(column), start)
            found |= set(part.to_table(columns=[column], filter=condition).column(0).to_pylist())
        return found

    def last_offset(self, table: str, columns: tuple[str, str, str], place: Coordinates) -> int:
        """Return the newest offset that a table holds of a place's partition; -1 for none."""
        topic, partition, offset = columns
        newest = -1
        for part in self._parts(table):
            condition = _condition({topic: place.topic, partition: place.partition})
            held = part.to_table(columns=[offset], filter=condition).column(0)
            newest = max(newest, pc.max(held).as_py() if len(held) else -1)
        return newest

    def places_of(self, table: str, header: str, value: bytes) -> set[tuple[int, int]]:
        """Return partition and offset of each bronze row with such a header."""
        found: set[tuple[int, int]] = set()
        for part in self._parts(table):
            for batch in part.to_batches(columns=["partition", "offset", "headers"]):
                at = _with_header(batch.column("headers"), header, value)
                rows = batch.select(["partition", "offset"]).take(at).to_pylist()
                found |= {(row["partition"], row["offset"]) for row in rows}
        return found

    def _parts(self, table: str) -> list[ds.Dataset]:
        if table not in self._open:
            path = str(self.lake / table)
            self._open[table] = [
                *(
                    [DeltaTable(path).to_pyarrow_dataset()]
                    if DeltaTable.is_deltatable(path)
                    else []
                ),
                *([ds.dataset(tail)] if (tail := self.tail(table)) is not None else []),
            ]
        return self._open[table]


def _condition(wanted: dict[str, Any]) -> pc.Expression:
    condition = pc.scalar(True)  # noqa: FBT003 (a literal)
    for name, value in wanted.items():
        is_it = (
            pc.field(name).isin(sorted(value))
            if isinstance(value, set)
            else pc.field(name) == value
        )
        condition = condition & is_it
    return condition


def _rows(found: pa.Table) -> list[Row]:
    for at, column in enumerate(found.schema):
        if pa.types.is_timestamp(column.type):
            instants = found.column(at).cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
            found = found.set_column(at, column.name, instants)
        elif pa.types.is_date(column.type):
            found = found.set_column(at, column.name, found.column(at).cast(pa.int32()))
    return found.to_pylist()


def _with_header(headers: pa.ListArray, name: str, value: bytes) -> pa.Array:
    pairs = pc.list_flatten(headers)
    is_it = pc.and_(
        pc.equal(pc.struct_field(pairs, "key"), name),
        pc.equal(pc.struct_field(pairs, "value"), value),
    )
    return pc.unique(pc.list_parent_indices(headers).filter(is_it))
