"""Every topic shows one record, and what it shows is what goes over the wire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.instants import day_of, to_datetime
from schemas.codec import Record
from schemas.topics import Topic, topics
from tests.fakes.decoding import LocalCodecs

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
with_schema = [topic for topic in topics() if topic.value_schema_path is not None]
every_topic = pytest.mark.parametrize("topic", with_schema, ids=lambda topic: topic.name)


def example(topic: Topic) -> Record:
    record: Record = json.loads((EXAMPLES / f"{topic.name}.json").read_text(encoding="utf-8"))
    return record


def logical_types(topic: Topic) -> dict[str, str]:
    """Return the logical type of each field that has one, in a union or not."""
    found: dict[str, str] = {}
    for field in json.loads(str(topic.value_schema_json))["fields"]:
        branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
        for branch in branches:
            if isinstance(branch, dict):
                found[field["name"]] = branch["logicalType"]
    return found


def test_topics_with_schemas_were_found_and_nothing_else_has_an_example() -> None:
    assert len(with_schema) >= 13
    named = {path.stem for path in EXAMPLES.glob("*.json")}
    assert named == {topic.name for topic in with_schema}


@every_topic
def test_an_example_encodes_and_decodes_to_itself(topic: Topic) -> None:
    codecs = LocalCodecs()
    record = example(topic)
    assert codecs.decode(topic.name, codecs.encode(topic.name, record)) == record


@every_topic
def test_an_example_names_every_field_and_no_other(topic: Topic) -> None:
    fields = [field["name"] for field in json.loads(str(topic.value_schema_json))["fields"]]
    assert list(example(topic)) == fields


@every_topic
def test_instants_and_dates_of_an_example_are_plausible(topic: Topic) -> None:
    record = example(topic)
    for name, logical_type in logical_types(topic).items():
        value = record[name]
        if value is None:
            continue
        year = day_of(value).year if logical_type == "date" else to_datetime(value).year
        assert 2024 <= year <= 2027, name
