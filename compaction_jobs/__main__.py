"""Bring gold up to the newest version of silver, then prove that everything agrees."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from compaction_jobs import command
from compaction_jobs.gold_facts import job as gold_facts
from compaction_jobs.lake import Lake
from compaction_jobs.reconcile import job as reconcile
from compaction_jobs.reconcile.report import holds, publish
from compaction_jobs.session import SparkSettings, spark_session
from compaction_jobs.stages import Stages


def main() -> int:
    """Run both jobs in one session: starting Spark takes as long as either."""
    chosen = command.options(__doc__, report=True)
    lake = Lake(chosen.lake)
    lake.require(gold_facts.LOG_TABLE)
    stages = Stages(("session", *gold_facts.STAGES, *reconcile.STAGES))
    settings = SparkSettings()
    with spark_session(settings, chosen.scratch) as spark:
        stages.done("session")
        gold_facts.run(spark, lake, stages)
        report = reconcile.reconcile(spark, lake, stages)
        publish(spark, lake, report, file=chosen.report, made_at=datetime.now(UTC))
    return command.HOLDS if holds(report) else command.DIFFERS


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs", main))
