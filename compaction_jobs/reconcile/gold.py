"""Gold against the same ledger, computed in full at the offsets that gold says it holds."""

from __future__ import annotations

from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from compaction_jobs import ledger
from compaction_jobs.gold_facts.manifest import Manifest

_NAMED_AT_MOST = 50
_GRAIN = ["item_id", "site_id", "date"]


def compare(standing: DataFrame, inventory: DataFrame) -> dict[str, Any]:
    """Return how many rows gold holds, and where they are not what the ledger says."""
    wanted = ledger.days(ledger.timeline(standing))
    measures = [name for name in wanted.columns if name not in _GRAIN]
    joined = inventory.select(*_GRAIN, sql.struct(*measures).alias("gold")).join(
        wanted.select(*_GRAIN, sql.struct(*measures).alias("ledger")), _GRAIN, "full_outer"
    )
    different = joined.where("NOT gold <=> ledger").localCheckpoint()
    first = different.orderBy(*_GRAIN).head(_NAMED_AT_MOST)
    return {
        "rows": inventory.count(),
        "differences": different.count(),
        "details": [detail for row in first for detail in _details(row, measures)],
    }


def up_to(known: DataFrame, manifest: Manifest) -> DataFrame:
    """Cut the log at gold's offsets: the same rows as time travel, but it outlives a vacuum."""
    held = [
        (sql.col("_partition") == partition) & (sql.col("_offset") <= offset)
        for partition, offset in manifest.silver.offsets.items()
    ]
    return known.where(reduce(lambda one, other: one | other, held, sql.lit(False)))  # noqa: FBT003


def _details(row: Any, measures: list[str]) -> list[dict[str, Any]]:
    gold, expected = row["gold"], row["ledger"]
    return [
        {
            "item_id": row["item_id"],
            "site_id": row["site_id"],
            "date": row["date"].isoformat(),
            "field": measure,
            "gold": None if gold is None else gold[measure],
            "ledger": None if expected is None else expected[measure],
        }
        for measure in measures
        if gold is None or expected is None or gold[measure] != expected[measure]
    ]
