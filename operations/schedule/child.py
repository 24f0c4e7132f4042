"""One run of a job as a child process: started, looked at, ended with all that it started."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from operations.schedule.jobs import Job
from operations.schedule.settings import ScheduleSettings
from operations.settings import ROOT
from operations.supervisor.processes import end, keep_small, marked, members, spawn

JOB_MARK = "NOVA_SCHEDULE"
"""In the environment of every process of a run, with the schedule's file as the value."""
# Shorter than what the supervisor grants the schedule, so that no run outlives it.
_STOP_WITHIN_SECONDS = 6.0
_LEFTOVERS_WITHIN_SECONDS = 5.0
_LONGEST_LOG_BYTES = 16 * 2**20
_LONGEST_DETAIL = 300
_ERRORS = {"configuration_refused": "error", "job_failed": "exception"}


class JobProcess:
    """A run that is under way, or has ended."""

    def __init__(self, argv: tuple[str, ...], *, mark: str, report: Path, log: Path) -> None:
        # Looked at before it starts: a quick one could be done with both by then.
        self._report, self._report_before = report, _modified(report)
        self._log, self._log_before = log, log.stat().st_size
        env = {**os.environ, JOB_MARK: mark}
        self._process = spawn(argv, env=env, cwd=ROOT, log=log)

    def poll(self) -> int | None:
        """Return the exit code, once it has ended and nothing that it started is left."""
        if self._process.poll() is None:
            return None
        self.stop()
        return self._process.returncode

    def stop(self) -> None:
        """End its whole session: a job that crashed may have left its JVM behind."""
        end(members(self._process.pid), within_seconds=_STOP_WITHIN_SECONDS)
        self._process.wait()

    @property
    def reported(self) -> bool:
        """Whether it has written its report."""
        return _modified(self._report) != self._report_before

    @property
    def last_error(self) -> str:
        """The last thing in its log that says why it failed."""
        with self._log.open("rb") as file:
            file.seek(self._log_before)
            return last_error(file.read().decode("utf-8", "replace"))


def start(job: Job, settings: ScheduleSettings, *, lake: Path) -> JobProcess:
    """Start one run, its output appended to a log of the job's name."""
    sweep(settings.scratch)
    logs, reports = settings.logs, settings.reports
    log = logs / f"{job.name}.log"
    logs.mkdir(parents=True, exist_ok=True)
    log.touch()
    keep_small(log, most_bytes=_LONGEST_LOG_BYTES)
    return JobProcess(
        job.argv(lake=lake, reports=reports),
        mark=str(settings.file),
        report=reports / job.report,
        log=log,
    )


def sweep(scratch: Path) -> None:
    """Remove what Spark leaves of a run that was killed; nothing else runs now."""
    for folder in scratch.glob("spark-*"):
        shutil.rmtree(folder, ignore_errors=True)


def end_leftovers(schedule: Path) -> list[int]:
    """End what an earlier schedule, which was killed, left running; return its pids."""
    left = marked(str(schedule), name=JOB_MARK)
    end(left, within_seconds=_LEFTOVERS_WITHIN_SECONDS)
    return left


def last_error(text: str) -> str:
    """Return the last error of a job's output, or else its last line, at a bearable length.

    >>> last_error('{"event": "stage"}\\n{"event": "configuration_refused", "error": "no lake"}')
    'no lake'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in reversed(lines):
        event = _json(line)
        said = event.get(_ERRORS.get(str(event.get("event")), ""))
        if said:
            return str(said).strip().splitlines()[-1][:_LONGEST_DETAIL]
    return lines[-1][:_LONGEST_DETAIL] if lines else ""


def _json(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _modified(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
