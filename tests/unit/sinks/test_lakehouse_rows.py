"""Records become rows: bytes in bronze, fields in silver, coordinates everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from adapters.kafka.headers import dead_letter_headers
from domain.errors import RejectedEventError
from domain.rejection import Rejection
from schemas.topics import topic
from sinks.lakehouse.bronze import bronze_rows
from sinks.lakehouse.dead_letters import dead_letter_rows, distinct, refused
from sinks.lakehouse.silver import SilverRows, silver_schema
from sinks.log import LogRecord
from tests.fakes.decoding import LocalCodecs
from tests.fakes.records import a_fact

FACTS = "clean.stock-fact.v1"
CODECS = LocalCodecs()


def a_record(value: bytes | None, **fields: object) -> LogRecord:
    given = {"topic": FACTS, "partition": 3, "offset": 7, "timestamp_ms": 1_750_000_000_123}
    return LogRecord(**{**given, "key": b"I1|S1", "value": value, **fields})  # type: ignore[arg-type]


def silver(*records: LogRecord) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    rejected: list[tuple[int, str]] = []
    rows = SilverRows(
        silver_schema(str(topic(FACTS).value_schema_json)),
        CODECS,
        lambda record, error: rejected.append((record.offset, error.reason)),
    )(records)
    return rows.to_pylist(), rejected


def test_bronze_keeps_the_bytes_whatever_they_are():
    for value in (None, b"", b"\x00\x00", b"no frame at all", b"\xff" * 9):
        (row,) = bronze_rows([a_record(value, topic="raw.stock-count.v1")]).to_pylist()
        assert row["value"] == value
        assert row["schema_id"] is None
        assert (row["topic"], row["partition"], row["offset"]) == ("raw.stock-count.v1", 3, 7)


def test_bronze_says_when_from_where_and_in_what_schema():
    headers = [("ce_source", b"erp"), ("ce_id", b"e1"), ("odd", None)]
    value = b"\x00\x00\x00\x00\x2a..."
    (row,) = bronze_rows([a_record(value, headers=headers, topic="raw.item.v1")]).to_pylist()
    assert row["schema_id"] == 42
    assert (row["source"], row["dataset_id"], row["version"]) == ("erp", "raw.item.v1", "1")
    assert row["timestamp"] == datetime(2025, 6, 15, 15, 6, 40, 123000, UTC)
    assert row["extraction_time"] == row["timestamp"]
    assert (row["year"], row["month"], row["day"]) == (2025, 6, 15)
    assert [each["key"] for each in row["headers"]] == ["ce_source", "ce_id", "odd"]


@pytest.mark.parametrize("timestamp_ms", [-1, 2**62, 0])
def test_bronze_takes_any_timestamp_that_a_producer_made_up(timestamp_ms):
    (row,) = bronze_rows([a_record(b"x", timestamp_ms=timestamp_ms)]).to_pylist()
    assert 1970 <= row["year"] <= 9999


def test_silver_has_the_fields_in_their_types_and_the_coordinates():
    fact = a_fact("e1", occurred_at=1_750_000_000_123_456, due_on=20_000, unit_cost_brl=2.5)
    (row,), rejected = silver(a_record(CODECS.encode(FACTS, fact)))
    assert not rejected
    assert row["event_id"] == "e1"
    assert row["occurred_at"] == datetime(2025, 6, 15, 15, 6, 40, 123456, UTC)
    assert row["due_on"] == date(2024, 10, 4)
    assert row["document"] is None
    assert (row["_topic"], row["_partition"], row["_offset"]) == (FACTS, 3, 7)
    assert row["_schema_id"] == 1


def test_silver_refuses_what_cannot_be_decoded_and_goes_on():
    good = CODECS.encode(FACTS, a_fact("e1"))
    rows, rejected = silver(
        a_record(b"poison", offset=1),
        a_record(good, offset=2),
        a_record(None, offset=3),
        a_record(good + b"!", offset=4),
    )
    assert [row["_offset"] for row in rows] == [2]
    assert rejected == [(offset, "undecodable") for offset in (1, 3, 4)]


@pytest.mark.parametrize("field", ["occurred_at", "recorded_at"])
@pytest.mark.parametrize("instant", [-1, 2**62, -(2**62)])
def test_silver_refuses_an_instant_that_readers_of_the_lake_cannot_hold(field, instant):
    fact = a_fact("e1", **{field: instant})
    rows, rejected = silver(a_record(CODECS.encode(FACTS, fact)))
    assert (rows, rejected) == ([], [(7, "invalid_date")])


def test_a_refused_record_becomes_a_row_under_its_own_coordinates():
    record = a_record(b"poison", headers=[("ce_id", b"e1")])
    error = RejectedEventError(Rejection.UNDECODABLE, "no frame")
    letter = refused(record, error, dead_letter=f"{FACTS}.dlq")
    assert (letter.topic, letter.key, letter.value) == (f"{FACTS}.dlq", b"I1|S1", b"poison")
    assert letter.headers[0] == ("ce_id", b"e1")

    held = LogRecord(letter.topic, 0, 99, 1, letter.key, letter.value, letter.headers)
    (row,) = dead_letter_rows([held]).to_pylist()
    assert (row["topic"], row["partition"], row["offset"]) == (FACTS, 3, 7)
    assert (row["reason"], row["detail"], row["schema_id"]) == ("undecodable", "no frame", None)
    assert row["timestamp"] == datetime(2025, 6, 15, 15, 6, 40, 123000, UTC)
    assert (row["_topic"], row["_partition"], row["_offset"]) == (f"{FACTS}.dlq", 0, 99)


def test_a_dead_letter_written_by_hand_goes_by_its_own_coordinates():
    (row,) = dead_letter_rows([LogRecord("raw.a.v1.dlq", 0, 5, 1, None, b"x")]).to_pylist()
    assert (row["topic"], row["partition"], row["offset"]) == ("raw.a.v1.dlq", 0, 5)
    assert row["reason"] == "undecodable"
    assert "without usable headers" in row["detail"]


def test_a_dead_letter_published_twice_is_one_row_of_a_commit():
    headers = dead_letter_headers(
        reason="undated", detail="", topic="raw.a.v1", partition=0, offset=5, timestamp_ms=1,
        schema_id=7,
    )  # fmt: skip
    letters = [LogRecord("raw.a.v1.dlq", 0, at, 1, None, b"x", headers) for at in (1, 2)]
    rows = distinct(pa.Table.from_batches([dead_letter_rows(letters)]))
    assert rows["_offset"].to_pylist() == [1]
    assert rows["schema_id"].to_pylist() == [7]
