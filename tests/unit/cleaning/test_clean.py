"""What holds for every raw topic, whatever is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import TransientError
from domain.rejection import Rejection
from schemas.codec import Codec, Record
from schemas.topics import topic, topics
from stream_processors.cleaning.clean import RAW_TOPICS, clean
from stream_processors.cleaning.outputs import CLEAN_TOPICS
from tests.unit.cleaning.raw_records import CODECS, GOOD, MOVEMENTS, cleaned, decode, received

every_raw_topic = pytest.mark.parametrize("name", RAW_TOPICS)
CLEAN_CODECS = {name: Codec(topic(name).value_schema_json or "", 1) for name in CLEAN_TOPICS}

LONG = st.integers(-(2**63), 2**63 - 1)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=12) | st.just("2024-10-01") | st.just("x" * 300),
    "long": LONG | st.integers(0, 2 * 10**15),
    "int": st.integers(-(2**31), 2**31 - 1),
    "double": st.floats(),
    "boolean": st.booleans(),
    "null": st.none(),
}


def values_of(schema: Any) -> st.SearchStrategy[Any]:
    match schema:
        case list():
            return st.one_of([values_of(each) for each in schema])
        case dict():
            return values_of(schema["type"])
        case _:
            return VALUES[schema]


def records_of(name: str) -> st.SearchStrategy[Record]:
    """Return records that the schema allows, mostly good ones with some fields gone wrong."""
    fields = json.loads(topic(name).value_schema_json or "")["fields"]
    spoilt = st.fixed_dictionaries(
        {}, optional={field["name"]: values_of(field["type"]) for field in fields}
    )
    return spoilt.map(lambda changes: {**GOOD[name], **changes})


def test_cleaning_handles_every_raw_topic_that_names_it_as_a_consumer() -> None:
    named = [t.name for t in topics() if "stream_processors.cleaning" in t.consumers]
    assert sorted(named) == sorted(RAW_TOPICS)


@every_raw_topic
def test_a_good_record_is_written_with_its_headers(name: str) -> None:
    outputs = cleaned(name, GOOD[name])
    assert outputs
    for output in outputs:
        assert output.topic in CLEAN_TOPICS
        headers = dict(output.headers)
        assert headers["ce_id"] == GOOD[name]["event_id"].encode()
        assert headers["ce_type"] == output.topic.encode()
        assert headers["ce_source"] == GOOD[name]["source"].encode()
        assert headers["traceparent"] == b"00-from-the-source-01"


@every_raw_topic
def test_an_event_without_a_trace_begins_one(name: str) -> None:
    for output in cleaned(name, GOOD[name], headers=()):
        assert (dict(output.headers)["traceparent"] or b"").startswith(b"00-")


@every_raw_topic
@settings(max_examples=50)
@given(value=st.none() | st.binary() | st.binary().map(lambda tail: b"\0\0\0\0\1" + tail))
def test_any_bytes_become_outputs_or_exactly_one_dead_letter(
    name: str, value: bytes | None
) -> None:
    outputs = clean(received(name, value), decode=decode)
    if outputs[0].topic != f"{name}.dlq":
        assert all(output.topic in CLEAN_TOPICS for output in outputs)
        return
    (output,) = outputs
    assert (output.key, output.value) == (b"P-1|TWR-1", value)
    assert output.dedupe_id == f"{name}.dlq|3|42"


@every_raw_topic
@settings(max_examples=50)
@given(data=st.data())
def test_any_record_becomes_outputs_that_can_be_encoded_or_one_dead_letter(
    name: str, data: st.DataObject
) -> None:
    record = data.draw(records_of(name))
    outputs = cleaned(name, record)
    assert len({output.dedupe_id for output in outputs}) == len(outputs) > 0
    for output in outputs:
        if output.topic.endswith(".dlq"):
            assert len(outputs) == 1
            assert (dict(output.headers)["dlq_reason"] or b"").decode() in set(Rejection)
            assert output.value == CODECS[name].encode(record)
        else:
            assert isinstance(output.value, dict)
            codec = CLEAN_CODECS[output.topic]
            assert codec.decode(codec.encode(output.value)) == output.value


def test_a_dead_letter_says_where_it_was_and_keeps_its_own_headers() -> None:
    raw = received(MOVEMENTS, b"\0\0\0\0\x63rest", headers=(("mine", b"1"), ("empty", None)))
    (output,) = clean(raw, decode=decode)
    headers = dict(output.headers)
    assert headers["mine"] == b"1"
    assert headers["empty"] is None
    assert headers["dlq_reason"] == b"unknown_schema"
    assert headers["dlq_schema_id"] == b"99"
    assert headers["dlq_topic"] == MOVEMENTS.encode()
    assert (headers["dlq_partition"], headers["dlq_offset"]) == (b"3", b"42")
    assert headers["dlq_timestamp"] == str(raw.timestamp_ms).encode()


def test_an_outage_is_no_dead_letter() -> None:
    def unreachable(*_: object) -> Record:
        msg = "registry: no answer"
        raise TransientError(msg)

    with pytest.raises(TransientError):
        clean(received(MOVEMENTS, b""), decode=unreachable)


def test_what_is_cleaned_twice_comes_out_the_same() -> None:
    for name in RAW_TOPICS:
        assert cleaned(name, GOOD[name]) == cleaned(name, GOOD[name])
