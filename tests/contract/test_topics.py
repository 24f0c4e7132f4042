"""Every topic: who writes it, who reads it, what is in it. Examples: see `test_examples`."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from domain.facts import BROADCAST, StockFact, fact_key
from schemas.codec import Record
from schemas.topics import Topic, topics
from tests.contract.source_tree import ROOT

EXAMPLES = ROOT / "schemas" / "examples"
WITH_SCHEMA = [each for each in topics() if each.value_schema_path is not None]
STOCK_PARTITIONS = 6
# Masters, ticks and priors, and what is no part of a stock decision.
ALONE = {
    "raw.item.v1", "raw.site.v1", "raw.clock-tick.v1", "raw.demand-prior.v1",
    "raw.calendar-day.v1", "clean.calendar-day.v1",
}  # fmt: skip
OF_NO_FACT = {"alert.job-failed.v1"}  # about the platform itself
# The fast decoder reads nothing else.
HOT_TYPES = {"string", "long", "int", "double", "boolean", "enum", "null"}

every_topic = pytest.mark.parametrize("topic", topics(), ids=lambda each: each.name)
every_schema = pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda each: each.name)


def schema_of(topic: Topic) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(str(topic.value_schema_json))
    return schema


def example_of(topic: Topic) -> Record:
    text = (EXAMPLES / f"{topic.name}.json").read_text(encoding="utf-8")
    example: Record = json.loads(text)
    return example


def types_in(avro: Any) -> set[str]:
    match avro:
        case str():
            return {avro}
        case list():
            return {found for each in avro for found in types_in(each)}
        case {"type": inner}:
            return types_in(inner)
        case _:
            return {repr(avro)}


def test_every_topic_of_the_line_is_here_with_its_dead_letter() -> None:
    assert len(WITH_SCHEMA) == 17
    assert len(topics()) == 2 * len(WITH_SCHEMA)


@every_topic
def test_named_producers_and_consumers_exist(topic: Topic) -> None:
    named = [*topic.producers, *topic.consumers]
    assert named
    assert [module for module in named if find_spec(module) is None] == []


@every_topic
def test_named_consumers_can_be_run(topic: Topic) -> None:
    assert [each for each in topic.consumers if find_spec(f"{each}.__main__") is None] == []


@every_topic
def test_the_name_says_layer_event_and_major_version(topic: Topic) -> None:
    assert re.fullmatch(
        r"(raw|clean|state|decision|alert)\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*(\.dlq)?", topic.name
    )


@every_schema
def test_compatibility_is_set_and_dead_letters_are_named_after_their_topic(topic: Topic) -> None:
    assert topic.compatibility == "BACKWARD"
    assert topic.dead_letter == f"{topic.name}.dlq"
    assert topic.description.endswith(".")


@every_schema
def test_what_a_stock_decision_depends_on_is_partitioned_alike(topic: Topic) -> None:
    alone = topic.name in ALONE | OF_NO_FACT
    assert topic.partitions == (1 if alone else STOCK_PARTITIONS)


@every_topic
def test_only_state_is_compacted(topic: Topic) -> None:
    is_state = topic.layer == "state" and not topic.is_dead_letter
    assert ("compact" in topic.config["cleanup.policy"]) == is_state


@every_schema
def test_the_key_is_made_of_fields_of_the_value(topic: Topic) -> None:
    # The site of a requisition line is its depot, its item the cell PRODUTO/SERVIÇO: they become
    # `item_id|site_id` when cleaned, and the line is keyed so from the start.
    written_as = {"item_id": {"item_id", "item"}, "site_id": {"site_id", "depot"}}
    fields = {field["name"] for field in schema_of(topic)["fields"]}
    for part in topic.key.split("|"):
        assert fields & written_as.get(part, {part}), part


@every_schema
def test_the_schema_is_named_after_its_topic_and_says_what_it_means(topic: Topic) -> None:
    schema, (layer, event, major) = schema_of(topic), topic.name.split(".")
    path = topic.value_schema_path
    assert path is not None
    assert path.parent.name == layer
    assert path.name == f"{event.replace('-', '_')}.{major}.avsc"
    assert schema["namespace"] == f"novacorrente.{layer}.{major}"
    assert schema["doc"]


@every_schema
def test_a_field_that_may_be_null_is_null_by_default(topic: Topic) -> None:
    for field in schema_of(topic)["fields"]:
        if isinstance(field["type"], list):
            assert field["type"][0] == "null", field["name"]
            assert field["default"] is None, field["name"]


@every_schema
def test_the_fast_decoder_can_read_every_field(topic: Topic) -> None:
    for field in schema_of(topic)["fields"]:
        assert types_in(field["type"]) <= HOT_TYPES, field["name"]


@every_schema
def test_quantities_are_thousandths_and_instants_are_microseconds(topic: Topic) -> None:
    for field in schema_of(topic)["fields"]:
        name, avro = field["name"], field["type"]
        if name.endswith("_at") or name == "respond_by":
            assert "timestamp-micros" in json.dumps(avro), name
        if name.endswith("_milli"):
            assert types_in(avro) <= {"long", "null"}, name
        if name.endswith("_on") and topic.name != "raw.requisition-line.v1":
            assert "date" in json.dumps(avro), name


@every_schema
def test_every_raw_and_clean_record_says_whence_it_comes(topic: Topic) -> None:
    fields = {field["name"] for field in schema_of(topic)["fields"]}
    if topic.layer in ("raw", "clean"):
        of_every_event = {"event_id", "occurred_at", "recorded_at", "source", "corrects"}
        assert of_every_event | {"upload_id"} <= fields
    if topic.layer == "clean":
        assert {"raw_topic", "raw_partition", "raw_offset"} <= fields
    if topic.layer in ("state", "decision", "alert") and topic.name not in OF_NO_FACT:
        assert {"caused_by", "log_partition", "log_offset"} <= fields


def test_there_is_no_schema_without_a_topic() -> None:
    schemas = set((ROOT / "schemas" / "avro").rglob("*.avsc"))
    assert schemas == {Path(str(each.value_schema_path)) for each in WITH_SCHEMA}


def test_the_examples_tell_one_story() -> None:
    """The movement of the raw example is the fact, and the fact is what opened the alert."""
    examples = {each.name: example_of(each) for each in WITH_SCHEMA}
    moved, fact = examples["raw.stock-movement.v1"], examples["clean.stock-fact.v1"]
    line, asked = examples["raw.requisition-line.v1"], examples["clean.requisition-line.v1"]
    assert fact["event_id"] == moved["event_id"]
    assert asked["event_id"] == line["event_id"]
    assert asked["requisition"] == line["requisition"] == moved["document"]
    later = [each for name, each in examples.items() if name.split(".")[0] in ("state", "decision")]
    assert {each["caused_by"] for each in later} == {fact["event_id"]}
    alert = examples["alert.stockout.v1"]
    assert alert["crossing_event_id"] == fact["event_id"]
    keyed = [each for each in examples.values() if each.get("item_id") and each.get("site_id")]
    assert {fact_key(each["item_id"], each["site_id"]) for each in keyed} == {
        "NC-4107|TORRE-BA-017"
    }


def test_the_fact_of_the_domain_and_of_the_topic_are_one() -> None:
    (facts,) = [each for each in topics() if each.name == "clean.stock-fact.v1"]
    assert list(StockFact.__slots__) == [field["name"] for field in schema_of(facts)["fields"]]
    assert {str(kind) for kind in BROADCAST} == {
        "tick", "item_changed", "site_changed", "prior_changed",
    }  # fmt: skip
