"""Runs every batch job as its entry point does, each twice, and tells after each what is there.

In one process and one JVM, for starting Spark takes longer than any of them.
"""

from __future__ import annotations

import hashlib
import json
import runpy
import signal
import sys
import time
from pathlib import Path

from deltalake import DeltaTable

RUNS = (
    "gold_facts", "reconcile", "", "", "maintenance", "maintenance", "gold_facts", "reconcile",
)  # fmt: skip
WITHOUT_REPORT = ("gold_facts",)
_TOLD_TO_END = 128 + signal.SIGTERM


def main(lake: Path) -> None:
    """Run all of them; gold and its proof once more after the maintenance."""
    for job in RUNS:
        began = time.monotonic()
        code = run(job, lake)
        tell(job, code, time.monotonic() - began, lake)


def run(job: str, lake: Path) -> object:
    """Run one job; return its exit code."""
    module = f"compaction_jobs.{job}".rstrip(".")
    report = [] if job in WITHOUT_REPORT else ["--report", str(report_of(lake, job))]
    sys.argv = [module, "--lake", str(lake), *report]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code == _TOLD_TO_END:
            raise
        return ended.code
    return None


def report_of(lake: Path, job: str) -> Path:
    """Return where a job writes its report."""
    return lake.parent / f"{job or 'compaction'}.json"


def tell(job: str, code: object, seconds: float, lake: Path) -> None:
    """Say how it ended and what every table holds now."""
    tables = {
        f"{path.parent.name}/{path.name}": state(path)
        for path in sorted(lake.glob("*/*"))
        if (path / "_delta_log").exists()
    }
    told = {"job": job, "code": code, "seconds": round(seconds, 1), "tables": tables}
    sys.stderr.write(json.dumps(told) + "\n")


def state(path: Path) -> dict[str, object]:
    """Return version, rows and a checksum of the rows of one table."""
    held = DeltaTable(str(path))
    rows = sorted(repr(sorted(row.items())) for row in held.to_pyarrow_table().to_pylist())
    checksum = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return {"version": held.version(), "rows": len(rows), "checksum": checksum}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
