"""Read one version of every table, and prove on these that the platform's numbers agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from compaction_jobs import ledger
from compaction_jobs.gold_facts.manifest import Manifest, read_manifest
from compaction_jobs.lake import Lake, Snapshot
from compaction_jobs.reconcile import accounting, counts, gold, positions, transfers
from compaction_jobs.stages import Stages
from domain.errors import ConfigurationError

STAGES = ("accounting", "positions", "gold", "transfers", "counts")
LOG_TABLE = "silver/stock_fact"
_POSITIONS = "silver/stock_position"
_INVENTORY = "gold/fact_inventory"

# What follows from a table is looked at before it (positions before facts), so that its cause is
# there too; bronze comes first, because a raw record has to be found further on.
_SILVER = (
    "stock_position", "demand_estimate", "stock_decided", "stockout", "requisition_line",
    "calendar_day",
)  # fmt: skip
_LAST = ("silver/dead_letter", LOG_TABLE)

Report = dict[str, Any]


def reconcile(spark: SparkSession, lake: Lake, stages: Stages) -> Report:
    """Return the report, made on one version of every table.

    Raises:
        ConfigurationError: there is no silver.
    """
    manifest = read_manifest(lake)
    snapshots = _snapshots(lake, manifest)
    tables = {name: snapshot.read(spark) for name, snapshot in snapshots.items()}
    log = tables[LOG_TABLE]
    known = ledger.known_facts(log)
    report: Report = {"made_at_versions": {n: s.version for n, s in snapshots.items()}}
    report["accounting"], report["unaccounted"] = accounting.account(spark, tables)
    stages.done("accounting")
    report["reconciliation"] = _positions(spark, tables, known)
    stages.done("positions", **_figures(report["reconciliation"]))
    standing = ledger.standing_facts(ledger.whole_log(known)).localCheckpoint()
    of_gold = _standing_in_gold(known, standing, manifest, snapshots[LOG_TABLE])
    report["gold"] = _gold(tables, of_gold, manifest, snapshots[LOG_TABLE])
    stages.done("gold", **_figures(report["gold"]))
    report["transfers"] = transfers.check(standing)
    stages.done("transfers", **_figures(report["transfers"]))
    report["silver"] = counts.silver_rows(tables)
    report["gold_rows"] = counts.gold_rows(tables)
    report["dead_letters"] = counts.dead_letter_counts(accounting.dead_letters(spark, tables))
    stages.done("counts")
    return report


def _snapshots(lake: Lake, manifest: Manifest | None) -> dict[str, Snapshot]:
    bronze = [f"bronze/{each.table}" for each in accounting.raw_topics()]
    found = lake.find_all([*bronze, *(f"silver/{name}" for name in _SILVER), *_LAST])
    if LOG_TABLE not in found:
        raise ConfigurationError(f"{lake.root} holds no table {LOG_TABLE}")  # noqa: EM102, TRY003
    for name, version in (manifest.tables if manifest else {}).items():
        newest = lake.require(f"gold/{name}")
        found[newest.table] = Snapshot(newest.table, newest.path, version, newest.table_id)
    return found


def _positions(
    spark: SparkSession, tables: Mapping[str, DataFrame], known: DataFrame
) -> dict[str, Any]:
    if _POSITIONS not in tables:
        return asdict(positions.Compared(keys=0, differences=0, keys_behind=0, details=[]))
    compared = positions.compare(
        spark, log=tables[LOG_TABLE], known=known, positions=tables[_POSITIONS]
    )
    return asdict(compared)


def _standing_in_gold(
    known: DataFrame, standing: DataFrame, manifest: Manifest | None, silver: Snapshot
) -> DataFrame:
    """Return what stood at gold's version; where that is the newest, it is not folded again."""
    if manifest is None or manifest.silver.version == silver.version:
        return standing
    return ledger.standing_facts(ledger.whole_log(gold.up_to(known, manifest)))


def _gold(
    tables: Mapping[str, DataFrame],
    standing: DataFrame,
    manifest: Manifest | None,
    silver: Snapshot,
) -> dict[str, Any]:
    """Compare gold where there is one; gold of another silver is as wrong as a wrong number."""
    if manifest is None:
        return {"made": False, "rows": 0, "differences": 0, "details": []}
    compared = gold.compare(standing, tables[_INVENTORY])
    return {
        "made": True,
        "of_this_silver": manifest.silver.table_id == silver.table_id,
        "silver_version": manifest.silver.version,
        **compared,
    }


def _figures(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "details"}
