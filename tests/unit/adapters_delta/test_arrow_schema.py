"""Every Avro schema of the platform becomes columns that all readers of the lake understand."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from adapters.delta import arrow_schema
from schemas.topics import topics

DECODED = [each for each in topics() if each.value_schema_json is not None]


def of(avro_type: object) -> pa.DataType:
    return arrow_schema(json.dumps({"fields": [{"name": "x", "type": avro_type}]})).field("x").type


@pytest.mark.parametrize("topic", DECODED, ids=lambda each: each.name)
def test_every_field_of_every_topic_is_a_column(topic):
    fields = json.loads(topic.value_schema_json)["fields"]
    assert arrow_schema(topic.value_schema_json).names == [each["name"] for each in fields]


def test_instants_have_a_zone_and_days_are_dates():
    assert of({"type": "long", "logicalType": "timestamp-micros"}) == pa.timestamp("us", "UTC")
    assert of(["null", {"type": "int", "logicalType": "date"}]) == pa.date32()


def test_a_type_that_a_flat_record_may_not_have_is_refused():
    for avro_type in ({"type": "bytes", "logicalType": "decimal"}, "bytes", ["int", "string"]):
        with pytest.raises(ValueError, match="no column type"):
            of(avro_type)
