"""The catalogue as code reads it."""

from __future__ import annotations

import pytest

from schemas.topics import topic, topics


def test_a_topic_says_its_layer_its_table_and_its_subject() -> None:
    found = topic("raw.stock-movement.v1")
    assert (found.layer, found.table) == ("raw", "stock_movement")
    assert found.subject == "raw.stock-movement.v1-value"
    assert not found.is_dead_letter


def test_a_dead_letter_topic_keeps_bytes_for_ever_and_has_no_schema() -> None:
    found = topic("raw.stock-movement.v1.dlq")
    assert found.is_dead_letter
    assert found.value_schema_json is None
    assert found.config["retention.ms"] == "-1"
    assert found.producers == topic("raw.stock-movement.v1").consumers
    assert (
        "sinks.webhooks" not in topic("alert.stockout.v1.dlq").producers
    )  # it leaves that to others


def test_every_topic_is_listed_once_in_alphabetical_order() -> None:
    names = [each.name for each in topics()]
    assert names == sorted(set(names))


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(KeyError, match=r"raw\.nothing\.v1"):
        topic("raw.nothing.v1")
