"""Which topic goes to which table of the lake, and how that table is laid out."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.delta import TableSpec
from schemas.topics import Topic
from sinks.lakehouse import bronze, dead_letters, silver

APP = "sinks.lakehouse"
DEAD_LETTER = "silver/dead_letter"


def table_of(topic: Topic) -> str:
    """Return the layer and name of the table that holds a topic.

    >>> from schemas.topics import topic
    >>> table_of(topic("raw.stock-count.v1")), table_of(topic("raw.stock-count.v1.dlq"))
    ('bronze/stock_count', 'silver/dead_letter')
    """
    if topic.is_dead_letter:
        return DEAD_LETTER
    return f"bronze/{topic.table}" if topic.layer == "raw" else f"silver/{topic.table}"


def topics_by_table(topics: Iterable[Topic]) -> dict[str, list[Topic]]:
    """Return the topics of each table."""
    found: dict[str, list[Topic]] = {}
    for each in topics:
        found.setdefault(table_of(each), []).append(each)
    return found


def spec_of(lake_uri: str, table: str, topic: Topic) -> TableSpec:
    """Return the layout of a table, given a topic that goes there.

    Raises:
        ValueError: the topic's schema cannot be columns.
    """
    uri = f"{lake_uri}/{table}"
    if topic.is_dead_letter:
        return TableSpec(
            uri, dead_letters.SCHEMA, "_topic", "_partition", "_offset",
            repetitive=dead_letters.REPETITIVE,
        )  # fmt: skip
    if topic.layer == "raw":
        return TableSpec(
            uri, bronze.SCHEMA, "topic", "partition", "offset",
            partition_by=bronze.PARTITION_BY, repetitive=bronze.REPETITIVE,
        )  # fmt: skip
    if topic.value_schema_json is None:
        msg = f"{topic.name} has no schema"
        raise ValueError(msg)
    schema = silver.silver_schema(topic.value_schema_json)
    repetitive = silver.REPETITIVE & set(schema.names)
    return TableSpec(uri, schema, "_topic", "_partition", "_offset", repetitive=repetitive)
