"""Framed Avro records in, rows with the Avro fields and the record's coordinates out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pyarrow as pa

from adapters.delta.arrow_schema import TIMESTAMP, arrow_schema
from domain.errors import RejectedEventError
from domain.rejection import Rejection
from schemas.codec import Record
from sinks.lakehouse.bronze import framed_schema_id, in_calendar
from sinks.log import LogRecord

COORDINATES = pa.schema(
    [
        ("_topic", pa.string()),
        ("_partition", pa.int32()),
        ("_offset", pa.int64()),
        ("_timestamp", TIMESTAMP),
        ("_schema_id", pa.int32()),
    ]
)
# fmt: off
REPETITIVE = frozenset([
    "_topic", "raw_topic", "source", "kind", "precision", "unit", "family", "region", "pool_id",
    "item_id", "site_id", "name", "state", "transition", "action", "model", "rule_version",
    "item_version", "site_version", "flags", "material", "supplier", "file", "sheet", "seen",
    "category",
])
# fmt: on
_LONGEST_DAY = 2_932_896  # 9999-12-31; readers of the lake (Python, Spark) hold no later date

Reject = Callable[[LogRecord, RejectedEventError], None]


class Decoder(Protocol):
    """Decodes the values of every topic."""

    def decode(self, topic_name: str, framed: bytes | None) -> Record:
        """Return the record in framed bytes."""


def silver_schema(avro_json: str) -> pa.Schema:
    """Return the columns of a silver table."""
    return pa.schema([*arrow_schema(avro_json), *COORDINATES])


class SilverRows:
    """Builds the rows of one topic; what cannot be a row goes to `reject`."""

    def __init__(self, schema: pa.Schema, decoder: Decoder, reject: Reject) -> None:
        self._schema = schema
        self._decoder = decoder
        self._reject = reject
        decoded = [each for each in schema if each.name not in COORDINATES.names]
        self._instants = [each.name for each in decoded if pa.types.is_timestamp(each.type)]
        self._days = [each.name for each in decoded if pa.types.is_date(each.type)]

    def __call__(self, records: Sequence[LogRecord]) -> pa.RecordBatch:
        """Return one row for each record that can be decoded.

        Raises:
            TransientError: the registry cannot be reached.
        """
        rows: list[dict[str, Any]] = []
        for record in records:
            try:
                rows.append(self._row(record))
            except RejectedEventError as error:
                self._reject(record, error)
        return pa.RecordBatch.from_pylist(rows, schema=self._schema)

    def _row(self, record: LogRecord) -> dict[str, Any]:
        row = self._decoder.decode(record.topic, record.value)
        self._require_calendar(row)
        row["_topic"] = record.topic
        row["_partition"] = record.partition
        row["_offset"] = record.offset
        row["_timestamp"] = in_calendar(record.timestamp_us)
        row["_schema_id"] = framed_schema_id(record.value)
        return row

    def _require_calendar(self, row: Record) -> None:
        for name in self._instants:
            instant = row.get(name)
            if instant is not None and instant != in_calendar(instant):
                raise RejectedEventError(Rejection.INVALID_DATE, f"{name}: {instant}")
        for name in self._days:
            day = row.get(name)
            if day is not None and not -_LONGEST_DAY < day <= _LONGEST_DAY:
                raise RejectedEventError(Rejection.INVALID_DATE, f"{name}: {day}")
