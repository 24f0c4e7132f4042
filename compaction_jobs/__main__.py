"""Bring gold up to the newest silver, prove that everything agrees, and judge silver itself."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from compaction_jobs import command
from compaction_jobs.gold_facts import job as gold_facts
from compaction_jobs.lake import Lake
from compaction_jobs.quality import STAGES as QUALITY_STAGES
from compaction_jobs.reconcile import job as reconcile
from compaction_jobs.reconcile.report import holds, publish
from compaction_jobs.session import SparkSettings, spark_session
from compaction_jobs.stages import Stages


def main() -> int:
    """Run two jobs in one session, as starting Spark takes as long as either; then judge silver.

    The exit code is the proof's: an expectation that fails is for people to look at.
    """
    chosen = command.options(__doc__, report=True)
    lake = Lake(chosen.lake)
    lake.require(gold_facts.LOG_TABLE)
    stages = Stages(("session", *gold_facts.STAGES, *reconcile.STAGES, *QUALITY_STAGES))
    settings = SparkSettings()
    with spark_session(settings, chosen.scratch) as spark:
        stages.done("session")
        gold_facts.run(spark, lake, stages)
        report = reconcile.reconcile(spark, lake, stages)
        publish(spark, lake, report, file=chosen.report, made_at=datetime.now(UTC))
    # Only now: what it brings takes seconds and memory, and Spark has just given its own back.
    from compaction_jobs.quality.job import run as judge

    judge(lake, stages, made_at=datetime.now(UTC))
    return command.HOLDS if holds(report) else command.DIFFERS


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs", main))
