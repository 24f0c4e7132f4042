"""Every raw coordinate is one of silver, dead letter or duplicate: shown by joining coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from schemas.topics import Topic, topics

REQUISITIONS = "raw.requisition-line.v1"
_NAMED_AT_MOST = 50
_NO_DEAD_LETTERS = "topic string, partition int, `offset` long, reason string"
_FIGURES = ("records", "silver", "duplicates", "dead_letters", "unaccounted", "gaps")

# A coordinate that is in silver and a dead letter too is neither: nobody could say what became
# of it. `gaps` are offsets that bronze skipped, which no join could miss.
_ACCOUNTED = """
WITH silver AS (
    SELECT DISTINCT raw_topic, raw_partition, raw_offset FROM {cleaned}
),
events AS (
    SELECT DISTINCT is_requisition, event_id FROM {cleaned}
),
dead AS (
    SELECT DISTINCT topic, partition, `offset` FROM {dead_letters}
)
SELECT
    b.topic,
    b.partition,
    b.`offset`,
    b.event_id,
    CASE
        WHEN s.raw_topic IS NOT NULL AND d.topic IS NOT NULL THEN 'unaccounted'
        WHEN s.raw_topic IS NOT NULL THEN 'silver'
        WHEN d.topic IS NOT NULL THEN 'dead_letters'
        WHEN e.event_id IS NOT NULL THEN 'duplicates'
        ELSE 'unaccounted'
    END AS outcome
FROM {bronze} AS b
LEFT JOIN silver AS s
    ON s.raw_topic = b.topic AND s.raw_partition = b.partition AND s.raw_offset = b.`offset`
LEFT JOIN dead AS d
    ON d.topic = b.topic AND d.partition = b.partition AND d.`offset` = b.`offset`
LEFT JOIN events AS e
    ON e.event_id = b.event_id AND e.is_requisition = b.is_requisition
"""

_COUNTED = """
SELECT
    topic,
    count(*) AS records,
    count_if(outcome = 'silver') AS silver,
    count_if(outcome = 'duplicates') AS duplicates,
    count_if(outcome = 'dead_letters') AS dead_letters,
    count_if(outcome = 'unaccounted') AS unaccounted,
    max(`offset`) - min(`offset`) + 1 - count(*) AS gaps
FROM {accounted}
GROUP BY topic, partition
"""


def raw_topics() -> tuple[Topic, ...]:
    """Return the topics whose records must be accounted for."""
    return tuple(each for each in topics() if each.layer == "raw" and not each.is_dead_letter)


def account(
    spark: SparkSession, tables: Mapping[str, DataFrame]
) -> tuple[dict[str, dict[str, int]], list[dict[str, Any]]]:
    """Return the counts by raw topic, and the first coordinates that nothing accounts for."""
    counts = {each.name: dict.fromkeys(_FIGURES, 0) for each in raw_topics()}
    bronze = _bronze(tables)
    if bronze is None:
        return counts, []
    accounted = spark.sql(
        _ACCOUNTED,
        bronze=bronze,
        cleaned=_cleaned(tables),
        dead_letters=dead_letters(spark, tables),
    )
    for row in spark.sql(_COUNTED, accounted=accounted).collect():
        of_topic = counts[row["topic"]]
        for figure in _FIGURES:
            of_topic[figure] += row[figure]
    lost = sum(each["unaccounted"] for each in counts.values())
    return counts, _unaccounted(accounted) if lost else []


def dead_letters(spark: SparkSession, tables: Mapping[str, DataFrame]) -> DataFrame:
    """Return one row a refused coordinate; a restart may have refused it twice."""
    held = tables.get("silver/dead_letter")
    if held is None:
        return spark.createDataFrame([], _NO_DEAD_LETTERS)
    return held.groupBy("topic", "partition", "offset").agg(sql.min("reason").alias("reason"))


def _bronze(tables: Mapping[str, DataFrame]) -> DataFrame | None:
    found = [
        tables[f"bronze/{each.table}"].select(
            "topic",
            "partition",
            "offset",
            sql.expr("decode(get(filter(headers, h -> h.key = 'ce_id'), 0).value, 'UTF-8')").alias(
                "event_id"
            ),
            sql.lit(each.name == REQUISITIONS).alias("is_requisition"),
        )
        for each in raw_topics()
        if f"bronze/{each.table}" in tables
    ]
    if not found:
        return None
    return reduce(DataFrame.unionByName, found).dropDuplicates(["topic", "partition", "offset"])


def _cleaned(tables: Mapping[str, DataFrame]) -> DataFrame:
    columns = ["raw_topic", "raw_partition", "raw_offset", "event_id"]
    facts = tables["silver/stock_fact"].select(*columns)
    cleaned = facts.where(f"raw_topic <> '{REQUISITIONS}'")
    if "silver/calendar_day" in tables:
        cleaned = cleaned.unionByName(tables["silver/calendar_day"].select(*columns))
    cleaned = cleaned.withColumn("is_requisition", sql.lit(False))  # noqa: FBT003 (a literal)
    lines = tables.get("silver/requisition_line")
    if lines is None:
        return cleaned
    # A line that asks for stock has come through only when its fact has, too.
    services = lines.where("is_service").select(*columns)
    asked = lines.where("NOT is_service").join(facts, "event_id", "left_semi").select(*columns)
    return cleaned.unionByName(
        services.unionByName(asked).withColumn("is_requisition", sql.lit(True))  # noqa: FBT003
    )


def _unaccounted(accounted: DataFrame) -> list[dict[str, Any]]:
    lost = accounted.where("outcome = 'unaccounted'").drop("outcome")
    return [
        row.asDict() for row in lost.orderBy("topic", "partition", "offset").head(_NAMED_AT_MOST)
    ]
