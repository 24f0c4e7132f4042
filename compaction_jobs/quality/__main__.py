"""Check what is expected of silver: `python -m compaction_jobs.quality --lake L --report R`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from compaction_jobs import command
from compaction_jobs.lake import Lake
from compaction_jobs.quality import STAGES
from compaction_jobs.stages import Stages


def main() -> int:
    """Run the checkpoint once; a failing expectation is a difference."""
    chosen = command.options(__doc__, report=True)
    lake = Lake(chosen.lake)
    lake.require("silver/stock_fact")
    # Only now: Great Expectations takes seconds to come in, and a wrong folder none to say.
    from compaction_jobs.quality.job import run

    result = run(lake, Stages(STAGES), made_at=datetime.now(UTC), reports=[chosen.report])
    return command.HOLDS if result.success else command.DIFFERS


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs.quality", main))
