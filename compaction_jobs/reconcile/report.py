"""A report in, a JSON file and one row of `gold/reconciliation` out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from pyspark.sql import SparkSession

from compaction_jobs.lake import Lake
from compaction_jobs.report_file import write_report

_log = structlog.get_logger()
_TABLE = "gold/reconciliation"
_SCHEMA = (
    "made_at timestamp, holds boolean, keys long, differences long, unaccounted long, "
    "gold_differences long, transfer_differences long, versions map<string, long>, report string"
)

Report = dict[str, Any]


def holds(report: Report) -> bool:
    """Return whether everything agrees and nothing is missing."""
    figures = _figures(report)
    return not any(figures.values()) and report["gold"].get("of_this_silver", True)


def publish(
    spark: SparkSession, lake: Lake, report: Report, *, file: Path, made_at: datetime
) -> None:
    """Append the report to its table, then write the file."""
    figures, text = _figures(report), json.dumps(report, ensure_ascii=False, indent=2)
    row = (
        made_at,
        holds(report),
        report["reconciliation"]["keys"],
        *figures.values(),
        report["made_at_versions"],
        text,
    )
    rows = spark.createDataFrame([row], _SCHEMA).coalesce(1)
    rows.write.format("delta").mode("append").save(str(lake.path(_TABLE)))
    write_report(file, report)
    _log.info("report_written", file=str(file), holds=holds(report), **figures)


def _figures(report: Report) -> dict[str, int]:
    """Return what must all be zero, in the order of the table's columns."""
    topics = report["accounting"].values()
    return {
        "differences": report["reconciliation"]["differences"],
        "unaccounted": sum(each["unaccounted"] + each["gaps"] for each in topics),
        "gold_differences": report["gold"]["differences"],
        "transfer_differences": report["transfers"]["differences"],
    }
