"""A batch job in, its exit code out: a process of its own, run again when something kills it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from domain.errors import PlatformError
from operations.schedule.child import sweep
from operations.settings import StackSettings
from operations.supervisor.processes import end, members, rss_mib, spawn

OnStage = Callable[[str, int, int], None]  # name, done, total
_CONFIGURATION = 2  # a person must act: no second try will
# A job is right when it is run again, however it ended; one that never ends well is a defect.
_ATTEMPTS = 3
_POLL_SECONDS = 0.25
_STOP_WITHIN_SECONDS = 10.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """A module of `compaction_jobs`, what it is called, and the exit codes that are answers."""

    name: str
    module: str
    report: Path
    answers: Collection[int]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: its answer, its report, and what it took to get there."""

    exit_code: int
    report: dict[str, Any]
    restarts: int
    peak_rss_mib: float


def run_job(
    settings: StackSettings,
    job: Job,
    env: Mapping[str, str],
    *,
    on_stage: OnStage,
    waiting: Callable[[], None],
) -> Ended:
    """Run a job until it has an answer.

    `waiting` is called while the job runs; what it raises ends the job.

    Raises:
        PlatformError: it failed too often; the message says where its log is.
    """
    log = settings.data_dir / "logs" / f"{job.name}.log"
    log.unlink(missing_ok=True)
    argv = (
        str(settings.python("main")), "-m", job.module,
        "--lake", str(settings.lake), "--report", str(job.report),
    )  # fmt: skip
    peak = 0.0
    for attempt in range(_ATTEMPTS):
        sweep(settings.state(job.name))
        process = spawn(argv, env={**os.environ, **env}, cwd=settings.root, log=log)
        try:
            with log.open(encoding="utf-8") as lines:
                lines.seek(0, os.SEEK_SET if attempt == 0 else os.SEEK_END)
                while process.poll() is None:
                    waiting()
                    _tell(lines, on_stage)
                    peak = max(peak, rss_mib(members(process.pid)))
                    time.sleep(_POLL_SECONDS)
                _tell(lines, on_stage)
        finally:
            end(members(process.pid), within_seconds=_STOP_WITHIN_SECONDS)
        if process.returncode in job.answers:
            report = json.loads(job.report.read_text(encoding="utf-8"))
            return Ended(process.returncode, report, attempt, peak)
        if process.returncode == _CONFIGURATION:
            break
        _log.warning("job_ended_early", job=job.name, exit_code=process.returncode)
    msg = f"{job.name} ended with exit code {process.returncode}: see {log}"
    raise PlatformError(msg)


def _tell(lines: IO[str], on_stage: OnStage) -> None:
    for event in _events(lines):
        if event.get("event") == "stage":
            on_stage(event["stage"], event["done"], event["total"])


def _events(lines: IO[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # Spark's own words, or a line that is still being written
        if isinstance(event, dict):
            yield event
