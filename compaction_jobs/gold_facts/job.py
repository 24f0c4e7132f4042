"""Bring gold up to a version of silver: the touched keys again, from all of their facts.

Nothing is added to what gold holds, so that a run that is repeated, or killed half way,
cannot count twice.
"""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from compaction_jobs import ledger
from compaction_jobs.gold_facts import dimensions
from compaction_jobs.gold_facts.days import CALENDAR_DAYS, days, no_calendar
from compaction_jobs.gold_facts.manifest import Manifest, write_manifest
from compaction_jobs.gold_facts.progress import Progress, recorded_progress
from compaction_jobs.gold_facts.publish import GoldTable
from compaction_jobs.lake import Lake
from compaction_jobs.stages import Stages

STAGES = ("silver_read", "fact_inventory", "dim_item", "dim_site", "dim_time", "manifest")
LOG_TABLE = "silver/stock_fact"
INVENTORY = "gold/fact_inventory"
_KEY = ["item_id", "site_id"]
_DIMENSIONS = {
    "gold/dim_item": ["item_id"],
    "gold/dim_site": ["site_id"],
    "gold/dim_time": ["date"],
}
GOLD_TABLES = (*_DIMENSIONS, INVENTORY)


def run(spark: SparkSession, lake: Lake, stages: Stages) -> Manifest:
    """Bring all tables of gold up to the newest version of silver, then say so.

    Raises:
        ConfigurationError: there is no silver.
        TransientError: another run interfered.
    """
    silver = lake.require(LOG_TABLE)
    log = silver.read(spark)
    now = Progress(silver.version, silver.table_id, ledger.DIGEST, _offsets(log))
    before = recorded_progress(lake, INVENTORY)
    if before is not None and not before.covers(silver, ledger.DIGEST):
        before = None
    stages.done("silver_read", version=silver.version, incremental=before is not None)
    changed = _inventory(spark, lake, log, since=before, now=now)
    stages.done("fact_inventory", rows_changed=changed)
    _dimension_tables(spark, lake, log, stages)
    versions = {each.table: each.version for each in map(lake.require, GOLD_TABLES)}
    manifest = Manifest({table.split("/")[1]: version for table, version in versions.items()}, now)
    write_manifest(lake, manifest)
    stages.done("manifest", **manifest.tables)
    return manifest


def _offsets(log: DataFrame) -> dict[int, int]:
    newest = log.groupBy("_partition").agg(sql.max("_offset").alias("newest")).collect()
    return {row["_partition"]: row["newest"] for row in sorted(newest)}


def _inventory(
    spark: SparkSession, lake: Lake, log: DataFrame, *, since: Progress | None, now: Progress
) -> int:
    table = GoldTable(spark, lake, name=INVENTORY, keys=[*_KEY, "date"])
    if since is None:
        return table.make_hold(_days(log), metadata=now.to_json())
    if since.offsets == now.offsets:
        return 0
    touched = _touched_keys(log, since).persist()
    try:
        ticks = log.where("kind = 'tick'")
        theirs = log.join(touched, _KEY, "left_semi")
        wanted = _days(theirs.unionByName(ticks))
        return table.make_hold(wanted, within=touched, metadata=now.to_json())
    finally:
        touched.unpersist()


def _days(log: DataFrame) -> DataFrame:
    known = ledger.whole_log(ledger.known_facts(log))
    return ledger.days(ledger.timeline(ledger.standing_facts(known)))


def _touched_keys(log: DataFrame, since: Progress) -> DataFrame:
    """Return the keys with facts that gold has not seen; a partition never seen is all new."""
    seen = [
        sql.when(sql.col("_partition") == partition, offset)
        for partition, offset in since.offsets.items()
    ]
    beyond = sql.col("_offset") > sql.coalesce(*seen, sql.lit(-1))
    keyed = sql.col("item_id").isNotNull() & sql.col("site_id").isNotNull()
    return log.where(beyond & keyed).select(*_KEY).distinct()


def _dimension_tables(spark: SparkSession, lake: Lake, log: DataFrame, stages: Stages) -> None:
    inventory = lake.require(INVENTORY).read(spark)
    published = lake.find(CALENDAR_DAYS)
    calendar = no_calendar(spark) if published is None else published.read(spark)
    wanted = {
        "gold/dim_item": dimensions.items(log),
        "gold/dim_site": dimensions.sites(log),
        "gold/dim_time": days(inventory, calendar),
    }
    for name, keys in _DIMENSIONS.items():
        changed = GoldTable(spark, lake, name=name, keys=keys).make_hold(wanted[name])
        stages.done(name.split("/")[1], rows_changed=changed)
