"""How much there is of everything, each thing once however often it was written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

# A state's current view is its latest row: how often a key was written depends on the batches.
_STATE = ("item_id", "site_id")
SILVER_IDENTITY: dict[str, tuple[str, ...]] = {
    "requisition_line": ("event_id",),
    "calendar_day": ("event_id",),
    "stock_fact": ("event_id",),
    "stock_position": _STATE,
    "demand_estimate": _STATE,
    "stock_decided": ("event_id",),
    "stockout": ("event_id",),
    "dead_letter": ("topic", "partition", "offset"),
}


def silver_rows(tables: Mapping[str, DataFrame]) -> dict[str, int]:
    """Return the distinct events of each silver table, of a state its keys; 0 without a table."""
    found = {
        name: tables[f"silver/{name}"].select(sql.count_distinct(*identity).alias("rows"))
        for name, identity in SILVER_IDENTITY.items()
        if f"silver/{name}" in tables
    }
    return dict.fromkeys(SILVER_IDENTITY, 0) | _collect(found)


def gold_rows(tables: Mapping[str, DataFrame]) -> dict[str, int]:
    """Return the rows of each gold table."""
    return _collect(
        {
            name.removeprefix("gold/"): frame.select(sql.count("*").alias("rows"))
            for name, frame in tables.items()
            if name.startswith("gold/")
        }
    )


def dead_letter_counts(refused: DataFrame) -> dict[str, Any]:
    """Return how many records were refused, why, and of which topic."""
    rows = refused.groupBy("reason", "topic").count().collect()
    by_reason: dict[str, int] = {}
    by_topic: dict[str, int] = {}
    for row in sorted(rows):
        by_reason[row["reason"]] = by_reason.get(row["reason"], 0) + row["count"]
        by_topic[row["topic"]] = by_topic.get(row["topic"], 0) + row["count"]
    return {"total": sum(by_reason.values()), "by_reason": by_reason, "by_topic": by_topic}


def _collect(counts: Mapping[str, DataFrame]) -> dict[str, int]:
    """Count all tables in one job: each job costs more than its rows."""
    if not counts:
        return {}
    named = [frame.withColumn("table", sql.lit(name)) for name, frame in counts.items()]
    rows = reduce(DataFrame.unionByName, named).collect()
    return {row["table"]: row["rows"] for row in rows}
