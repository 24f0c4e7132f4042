"""Bring gold up to the newest version of silver."""

from __future__ import annotations

import sys

from compaction_jobs import command
from compaction_jobs.gold_facts.job import LOG_TABLE, STAGES, run
from compaction_jobs.lake import Lake
from compaction_jobs.session import SparkSettings, spark_session
from compaction_jobs.stages import Stages


def main() -> int:
    """Run the job once."""
    chosen = command.options(__doc__)
    lake = Lake(chosen.lake)
    lake.require(LOG_TABLE)  # before the seconds that Spark takes
    settings = SparkSettings()
    with spark_session(settings, chosen.scratch) as spark:
        run(spark, lake, Stages(STAGES))
    return command.HOLDS


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs.gold_facts", main))
