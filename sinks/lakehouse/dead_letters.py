"""Dead letters: the rows of silver/dead_letter, and the records that this sink itself refuses.

A dead letter's identity is the coordinates of the record that was refused. A crash can publish
one twice; readers of the table see one row a coordinate by taking any of those that share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from adapters.delta.arrow_schema import TIMESTAMP
from adapters.kafka import OutgoingRecord
from adapters.kafka.headers import (
    DLQ_DETAIL,
    DLQ_OFFSET,
    DLQ_PARTITION,
    DLQ_REASON,
    DLQ_SCHEMA_ID,
    DLQ_TIMESTAMP,
    DLQ_TOPIC,
    dead_letter_headers,
)
from domain.errors import RejectedEventError
from domain.rejection import Rejection
from sinks.lakehouse.bronze import HEADERS, framed_schema_id, header_rows, in_calendar
from sinks.log import LogRecord

SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", TIMESTAMP),
        ("schema_id", pa.int32()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("headers", HEADERS),
        ("_topic", pa.string()),
        ("_partition", pa.int32()),
        ("_offset", pa.int64()),
    ]
)
REPETITIVE = frozenset({"topic", "reason", "_topic"})
IDENTITY = ["topic", "partition", "offset"]


def dead_letter_rows(records: Sequence[LogRecord]) -> pa.RecordBatch:
    """Return one row a dead letter."""
    return pa.RecordBatch.from_pylist([_row(each) for each in records], schema=SCHEMA)


def distinct(rows: pa.Table) -> pa.Table:
    """Return the first row of each source coordinate."""
    first: dict[tuple[object, ...], int] = {}
    for at, row in enumerate(rows.select(IDENTITY).to_pylist()):
        first.setdefault(tuple(row.values()), at)
    return rows if len(first) == rows.num_rows else rows.take(list(first.values()))


def refused(record: LogRecord, error: RejectedEventError, *, dead_letter: str) -> OutgoingRecord:
    """Return the dead letter of a record, with its bytes as received."""
    about = dead_letter_headers(
        reason=error.reason,
        detail=error.detail,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp_ms,
        schema_id=framed_schema_id(record.value),
    )
    original = [(name, value or b"") for name, value in record.headers]
    return OutgoingRecord(dead_letter, record.key, record.value, [*original, *about])


def _row(record: LogRecord) -> dict[str, Any]:
    return {
        **_about(record),
        "key": record.key,
        "value": record.value,
        "headers": header_rows(record.headers),
        "_topic": record.topic,
        "_partition": record.partition,
        "_offset": record.offset,
    }


def _about(record: LogRecord) -> dict[str, Any]:
    said = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
    try:
        return {
            "topic": said[DLQ_TOPIC],
            "partition": int(said[DLQ_PARTITION]),
            "offset": int(said[DLQ_OFFSET]),
            "timestamp": in_calendar(int(said[DLQ_TIMESTAMP]) * 1000),
            "schema_id": int(said[DLQ_SCHEMA_ID]) if said.get(DLQ_SCHEMA_ID) else None,
            "reason": said[DLQ_REASON],
            "detail": said.get(DLQ_DETAIL, ""),
        }
    except (KeyError, ValueError) as error:
        # Written by hand: its own coordinates are the only ones it has.
        return {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": in_calendar(record.timestamp_us),
            "schema_id": framed_schema_id(record.value),
            "reason": str(Rejection.UNDECODABLE),
            "detail": f"a dead letter without usable headers: {error!r}",
        }
