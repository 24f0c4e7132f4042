"""The table of jobs: what runs, when, and where its report and its log go."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError
from operations.schedule.cadence import At, Cadence, Every

_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that is run again and again.

    Attributes:
        name: what people call it.
        module: what runs, as `python -m` takes it; the `component` of its metrics.
        cadence: its regular times.
        report: the file that each run replaces with what it found.
    """

    name: str
    module: str
    cadence: Cadence
    report: str

    def argv(self, *, lake: Path, reports: Path) -> tuple[str, ...]:
        """Return the command of one run."""
        return (
            sys.executable, "-m", self.module,
            "--lake", str(lake), "--report", str(reports / self.report),
        )  # fmt: skip


JOBS = (
    Job("compaction", "compaction_jobs", Every(3600), "reconciliation.json"),
    Job(
        "retrain-forecasts",
        "compaction_jobs.retrain_forecasts",
        At(2, 30),
        "retrain_forecasts.json",
    ),
    Job("maintenance", "compaction_jobs.maintenance", At(3, 30, _SUNDAY), "maintenance.json"),
)
"""In the order in which those run that fall due together."""


def jobs_with(every_seconds: Mapping[str, float]) -> tuple[Job, ...]:
    """Return the jobs, those that are named at an interval instead of their usual times.

    Raises:
        ConfigurationError: there is no job of a name.
    """
    for name in every_seconds:
        job_named(name)
    return tuple(
        Job(each.name, each.module, _cadence(each, every_seconds), each.report) for each in JOBS
    )


def job_named(name: str) -> Job:
    """Return a job of the table.

    Raises:
        ConfigurationError: there is none of that name.
    """
    for each in JOBS:
        if each.name == name:
            return each
    msg = f"there is no job {name}: there is {', '.join(each.name for each in JOBS)}"
    raise ConfigurationError(msg)


def _cadence(job: Job, every_seconds: Mapping[str, float]) -> Cadence:
    seconds = every_seconds.get(job.name)
    return job.cadence if seconds is None else Every(seconds)
