"""Merge the small files of every table, remove those that no reader needs, shorten the logs.

Each by the engine that writes it: bronze, silver and forecasts by deltalake, beside the sink that
appends; the rest of gold by Spark. No row changes, but for external drivers older than 90 days in
bronze, which go.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from compaction_jobs import command
from compaction_jobs.lake import Lake
from compaction_jobs.maintenance.job import run, tables_of
from compaction_jobs.maintenance.retention import SHORTEST, checked
from compaction_jobs.report_file import write_report
from compaction_jobs.session import SparkSettings, spark_session


def main() -> int:
    """Tend every table once."""
    chosen = command.options(__doc__, report=True, more=_retention)
    lake, files_kept = Lake(chosen.lake), checked(chosen.retention_days)
    report = run(
        lake,
        tables_of(lake),
        spark=lambda: spark_session(SparkSettings(), chosen.scratch),
        files_kept=files_kept,
        now=datetime.now(UTC),
    )
    write_report(chosen.report, report)
    return command.FAILED if report["tables_failed"] else command.HOLDS


def _retention(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--retention-days",
        type=float,
        default=SHORTEST.days,
        help="how long files stay that only older versions need (the default is the least)",
    )


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs.maintenance", main))
