"""A lake written by hand, with the columns that the sinks write, and one Spark session."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession

from adapters.delta.arrow_schema import arrow_schema
from compaction_jobs.session import SparkSettings, spark_session
from domain.instants import SAO_PAULO
from operations.artifacts import ArtifactStore
from schemas.topics import topic

Row = dict[str, Any]

FACTS, POSITIONS = "clean.stock-fact.v1", "state.stock-position.v1"
MOVEMENTS = "raw.stock-movement.v1"
REQUISITIONS, LINES = "raw.requisition-line.v1", "clean.requisition-line.v1"
RAW_DAYS, DAYS = "raw.calendar-day.v1", "clean.calendar-day.v1"

_TIMESTAMP = pa.timestamp("us", "UTC")
_COORDINATES = [
    pa.field("_topic", pa.string()),
    pa.field("_partition", pa.int32()),
    pa.field("_offset", pa.int64()),
    pa.field("_timestamp", _TIMESTAMP),
    pa.field("_schema_id", pa.int32()),
]
_HEADERS = pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())]))
_BRONZE = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", _TIMESTAMP),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("headers", _HEADERS),
        ("schema_id", pa.int32()),
    ]
)
_DEAD_LETTERS = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", _TIMESTAMP),
        ("schema_id", pa.int32()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("headers", _HEADERS),
        *_COORDINATES,
    ]
)


@cache
def shared_spark() -> SparkSession:
    """Start Spark once for all tests of the process: it takes longer than any of them."""
    jars = os.pathsep.join(map(str, ArtifactStore().paths("spark")))
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(spark_session(SparkSettings(jars=jars)))


def at(day: int, hour: int = 12) -> datetime:
    """Return an hour of a São Paulo day of June 2025."""
    return datetime(2025, 6, day, hour, tzinfo=SAO_PAULO).astimezone(UTC)


def june(day: int) -> date:
    return date(2025, 6, day)


def fact(event_id: str, kind: str, occurred_at: datetime, **more: Any) -> Row:
    """Return a fact about item I at site S unless told otherwise."""
    return {
        "event_id": event_id,
        "kind": kind,
        "occurred_at": occurred_at,
        "recorded_at": occurred_at,
        "source": "test",
        "precision": "instant",
        "item_id": "I",
        "site_id": "S",
        "cancelled": False,
        "flags": "",
        "raw_topic": MOVEMENTS,
        **more,
    }


def calendar_day(day: date, name: str, **more: Any) -> Row:
    """Return a national holiday unless told otherwise."""
    midnight = datetime.combine(day, time.min, SAO_PAULO).astimezone(UTC)
    return {
        "event_id": f"{day} {name} {more.get('region', 'BR')}",
        "occurred_at": midnight,
        "recorded_at": midnight - timedelta(days=400),
        "published_at": midnight - timedelta(days=400),
        "source": "holidays",
        "observed_on": day,
        "region": "BR",
        "name": name,
        "category": "public",
        "raw_topic": RAW_DAYS,
        **more,
    }


def position(through: int, **more: Any) -> Row:
    """Return a position of I at S with the facts up to an offset of partition 0."""
    quantities = {"on_hand_milli": 0, "on_order_milli": 0, "in_transit_milli": 0} | more
    reserved = more.get("reserved_milli", 0)
    return {
        "item_id": "I",
        "site_id": "S",
        "log_partition": 0,
        "log_offset": through,
        "reserved_milli": reserved,
        "position_milli": sum(
            quantities[name] for name in ("on_hand_milli", "on_order_milli", "in_transit_milli")
        )
        - reserved,
        **quantities,
    }


@dataclass(slots=True)
class LakeOnDisk:
    """Appends rows as the sinks do: every record at the next offset of its partition."""

    root: Path
    _next: dict[tuple[str, int], int] = field(default_factory=dict)

    def write_facts(self, *rows: Row, partition: int = 0) -> None:
        """Append facts to silver, and the raw record of each to bronze."""
        raw = [
            {"topic": row["raw_topic"], "partition": partition, "event_id": row["event_id"]}
            for row in rows
        ]
        for row, offset in zip(rows, self.write_raw(*raw), strict=True):
            row.setdefault("raw_partition", partition)
            row.setdefault("raw_offset", offset)
        self._write_silver(FACTS, rows, partition)

    def write_raw(self, *records: Row) -> list[int]:
        """Append raw records to bronze; return their offsets."""
        written = [
            {**row, "offset": self._offset(row["topic"], row["partition"])} for row in records
        ]
        for name in {row["topic"] for row in records}:
            rows = [
                {
                    **row,
                    "headers": [{"key": "ce_id", "value": row.get("event_id", "").encode()}],
                    "timestamp": at(1),
                }
                for row in written
                if row["topic"] == name
            ]
            self._append(f"bronze/{topic(name).table}", rows, _BRONZE)
        return [row["offset"] for row in written]

    def write_positions(self, *rows: Row, partition: int = 0) -> None:
        self._write_silver(POSITIONS, rows, partition)

    def write_lines(self, *rows: Row) -> None:
        self._write_silver(LINES, rows, 0)

    def write_days(self, *rows: Row) -> None:
        self._write_silver(DAYS, rows, 0)

    def write_dead_letters(self, *rows: Row) -> None:
        self._append("silver/dead_letter", rows, _DEAD_LETTERS)

    def table(self, name: str) -> DeltaTable:
        return DeltaTable(str(self.root / name))

    def rows(self, name: str) -> list[Row]:
        return self.table(name).to_pyarrow_table().to_pylist()

    def _write_silver(self, name: str, rows: Iterable[Row], partition: int) -> None:
        declared = topic(name)
        schema = pa.schema([*arrow_schema(declared.value_schema_json or ""), *_COORDINATES])
        placed = [
            {
                **row,
                "_topic": name,
                "_partition": partition,
                "_offset": self._offset(name, partition),
                "_timestamp": at(1),
                "_schema_id": 1,
            }
            for row in rows
        ]
        self._append(f"silver/{declared.table}", placed, schema)

    def _append(self, name: str, rows: Iterable[Row], schema: pa.Schema) -> None:
        table = pa.Table.from_pylist(list(rows), schema=schema)
        write_deltalake(str(self.root / name), table, mode="append")

    def _offset(self, name: str, partition: int) -> int:
        offset = self._next.get((name, partition), 0)
        self._next[name, partition] = offset + 1
        return offset
