"""Raw records in, rows of their bytes out: never decoded, so never refused."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from adapters.delta.arrow_schema import TIMESTAMP
from domain.errors import RejectedEventError
from domain.instants import to_datetime
from schemas.codec import schema_id_of
from sinks.log import Headers, LogRecord

HEADERS = pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())]))
SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", TIMESTAMP),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("headers", HEADERS),
        ("schema_id", pa.int32()),
        ("source", pa.string()),
        ("extraction_time", TIMESTAMP),
        ("dataset_id", pa.string()),
        ("version", pa.string()),
        ("year", pa.int32()),
        ("month", pa.int32()),
        ("day", pa.int32()),
    ]
)
PARTITION_BY = ("year", "month", "day")
REPETITIVE = frozenset({"topic", "source", "dataset_id", "version"})
# A producer may write any timestamp; those that no calendar holds become the nearest that one does.
_LAST_INSTANT = 253_402_300_799_000_000  # 9999-12-31T23:59:59Z


def bronze_rows(records: Sequence[LogRecord]) -> pa.RecordBatch:
    """Return one row a record."""
    return pa.RecordBatch.from_pylist([_row(each) for each in records], schema=SCHEMA)


def framed_schema_id(value: bytes | None) -> int | None:
    """Return the registry's id of the writer schema, or None where there is no frame."""
    try:
        found = schema_id_of(value)
    except RejectedEventError:
        return None
    return found if found < 1 << 31 else None


def in_calendar(instant: int) -> int:
    """Return the nearest instant between 1970 and 9999."""
    return min(max(instant, 0), _LAST_INSTANT)


def header_rows(headers: Headers) -> list[dict[str, object]]:
    """Return headers as a column holds them."""
    return [{"key": key, "value": value} for key, value in headers]


def _row(record: LogRecord) -> dict[str, object]:
    timestamp = in_calendar(record.timestamp_us)
    day = to_datetime(timestamp)
    source = dict(record.headers).get("ce_source")
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": timestamp,
        "key": record.key,
        "value": record.value,
        "headers": header_rows(record.headers),
        "schema_id": framed_schema_id(record.value),
        "source": None if source is None else source.decode("utf-8", "replace"),
        "extraction_time": timestamp,
        "dataset_id": record.topic,
        "version": record.topic.rpartition(".v")[2],
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }
