"""Framed Avro in, records of integers out, and a reason for everything else."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedEventError
from domain.rejection import Rejection
from schemas.codec import Codec, schema_id_of
from schemas.topics import topic

FIRST = {
    "type": "record",
    "name": "Thing",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "on", "type": ["null", {"type": "int", "logicalType": "date"}], "default": None},
    ],
}
SECOND = FIRST | {
    "fields": [*FIRST["fields"], {"name": "unit", "type": "string", "default": "UN"}]  # type: ignore[misc]
}
THING = {"id": "a", "at": 1_700_000_000_000_001, "on": 20_000}


def codec(schema: dict[str, Any] = FIRST, schema_id: int = 7) -> Codec:
    return Codec(json.dumps(schema), schema_id)


def reason_for(framed: bytes | None, reader: Codec | None = None) -> str:
    with pytest.raises(RejectedEventError) as refused:
        (reader or codec()).decode(framed)
    return refused.value.reason


def record_or_reason(reader: Codec, framed: bytes) -> list[str] | str:
    try:
        return list(reader.decode(framed))
    except RejectedEventError as refused:
        return refused.reason


def test_instants_and_dates_stay_integers() -> None:
    assert codec().decode(codec().encode(THING)) == THING


def test_the_frame_is_confluents() -> None:
    framed = codec(schema_id=258).encode(THING)
    assert framed[:5] == b"\x00\x00\x00\x01\x02"
    assert schema_id_of(framed) == 258


def test_what_an_earlier_version_wrote_is_read_with_the_new_defaults() -> None:
    reader = codec(SECOND, 8)
    reader.learn(7, json.dumps(FIRST))
    assert reader.knows(7)
    assert reader.decode(codec().encode(THING)) == THING | {"unit": "UN"}


def test_what_a_later_version_wrote_is_read_without_what_is_new() -> None:
    reader = codec()
    reader.learn(8, json.dumps(SECOND))
    assert reader.decode(codec(SECOND, 8).encode(THING | {"unit": "M"})) == THING


def test_an_unknown_schema_is_named() -> None:
    assert reason_for(codec(schema_id=9).encode(THING)) == Rejection.UNKNOWN_SCHEMA


@pytest.mark.parametrize(
    "framed", [None, b"", b"\x00\x00", b'{"id": "a"}', b"\x01" + struct.pack(">I", 7) + b"\x02a"]
)
def test_what_has_no_frame_is_undecodable(framed: bytes | None) -> None:
    assert reason_for(framed) == Rejection.UNDECODABLE


def test_bytes_left_over_are_undecodable() -> None:
    assert reason_for(codec().encode(THING) + b"\x00") == Rejection.UNDECODABLE


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_give_a_record_or_a_reason_and_nothing_else(body: bytes) -> None:
    found = record_or_reason(codec(), b"\x00" + struct.pack(">I", 7) + body)
    assert found in (Rejection.UNDECODABLE, ["id", "at", "on"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_fact_with_flipped_bits_gives_a_record_or_a_reason(data: st.DataObject) -> None:
    facts = Codec(str(topic("clean.stock-fact.v1").value_schema_json), 7)
    fields = json.loads(str(topic("clean.stock-fact.v1").value_schema_json))["fields"]
    zero = {"string": "x", "long": 1, "int": 1, "boolean": True}
    record = {
        field["name"]: zero[field["type"] if isinstance(field["type"], str) else "long"]
        for field in fields
        if not isinstance(field["type"], list)
    }
    broken = bytearray(facts.encode(record))
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(5, len(broken) - 1))] ^= data.draw(st.integers(1, 255))
    found = record_or_reason(facts, bytes(broken))
    assert found in (Rejection.UNDECODABLE, [field["name"] for field in fields])


def test_a_field_that_the_schema_needs_is_not_made_up() -> None:
    with pytest.raises(ValueError, match="missing from the record"):
        codec().encode({"id": "a"})
