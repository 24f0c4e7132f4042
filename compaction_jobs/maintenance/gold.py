"""The care of a table of gold, by the engine that writes it: Spark."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from deltalake import DeltaTable
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # ships no types
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from compaction_jobs.maintenance.retention import LOG, Keep, hours_that_keep
from domain.errors import TransientError


def tend(spark: SparkSession, path: Path, wanted: Keep, *, now: datetime) -> dict[str, int | None]:
    """Compact, vacuum and checkpoint (which shortens the log); return what was done.

    Raises:
        TransientError: Spark failed, or another writer interfered.
    """
    try:
        return _tend(spark, path, wanted, now=now)
    except (Py4JJavaError, PySparkException) as error:
        msg = f"{path}: {str(error).partition(chr(10))[0]}"
        raise TransientError(msg) from error


def _tend(spark: SparkSession, path: Path, wanted: Keep, *, now: datetime) -> dict[str, int | None]:
    table = f"delta.`{path}`"
    (optimized,) = spark.sql(f"OPTIMIZE {table}").select("metrics.numFilesRemoved").collect()
    hours = hours_that_keep(DeltaTable(str(path)), wanted, now=now)
    before = _data_files(path)
    if hours is not None:
        # Otherwise each VACUUM commits twice to say that it ran, whether it removed a file or not.
        spark.conf.set("spark.databricks.delta.vacuum.logging.enabled", "false")
        spark.sql(f"VACUUM {table} RETAIN {hours} HOURS")
    removed = before - _data_files(path)
    # A checkpoint shortens the log too, and an old version needs the log files behind it.
    if hours is not None and hours * 3600 < LOG.total_seconds():
        _checkpoint(spark, path)
    return {
        "rows_expired": 0,
        "files_compacted": int(optimized[0]),
        "files_removed": removed,
        "retention_hours": hours,
    }


def _data_files(path: Path) -> int:
    return sum(1 for each in path.rglob("*.parquet") if "_delta_log" not in each.parts)


def _checkpoint(spark: SparkSession, path: Path) -> None:
    log = spark._jvm.org.apache.spark.sql.delta.DeltaLog  # noqa: SLF001  (no other way from Python)
    log.forTable(spark._jsparkSession, str(path)).checkpoint()  # noqa: SLF001
