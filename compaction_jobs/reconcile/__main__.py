"""Prove that every raw record is accounted for, and that stream, ledger and gold agree."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from compaction_jobs import command
from compaction_jobs.lake import Lake
from compaction_jobs.reconcile.job import LOG_TABLE, STAGES, reconcile
from compaction_jobs.reconcile.report import holds, publish
from compaction_jobs.session import SparkSettings, spark_session
from compaction_jobs.stages import Stages


def main() -> int:
    """Run the proof once."""
    chosen = command.options(__doc__, report=True)
    lake = Lake(chosen.lake)
    lake.require(LOG_TABLE)  # before the seconds that Spark takes
    settings = SparkSettings()
    with spark_session(settings, chosen.scratch) as spark:
        report = reconcile(spark, lake, Stages(STAGES))
        publish(spark, lake, report, file=chosen.report, made_at=datetime.now(UTC))
    return command.HOLDS if holds(report) else command.DIFFERS


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs.reconcile", main))
