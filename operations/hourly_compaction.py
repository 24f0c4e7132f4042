"""The time in, one run of compaction an interval out: `python -m operations.hourly_compaction`.

Spark is a child that goes away between runs; this process, which waits, stays small.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import structlog
from prometheus_client import Gauge
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from operations.settings import ROOT
from operations.supervisor.processes import end, members, spawn

COMPONENT = "operations.hourly_compaction"
_HOLDS = 0
# A machine that slept is late by this at most: waiting does not count the time asleep.
_LONGEST_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.25
# Shorter than what the supervisor grants this process, so that no run outlives it.
_STOP_WITHIN_SECONDS = 6.0

LAST_EXIT_CODE = Gauge(
    "nova_compaction_last_exit_code", "Of the last run: 0 holds, 1 differs, else it failed"
)
LAST_SUCCESS = Gauge(
    "nova_compaction_last_success_timestamp_seconds", "When a run last ended with a proof"
)
SECONDS = Gauge("nova_compaction_seconds", "How long the last run took")

Job = Callable[[Event], int | None]
"""Runs once and returns the exit code, or None when it was stopped before it had one."""

log = structlog.get_logger()


class CompactionSettings(BaseSettings):
    """Read from COMPACTION_*; constructed only in `main`.

    Attributes:
        every_seconds: the interval; runs begin at whole multiples of it, in UTC.
        report: the file that each run replaces with its proof.
        log: the file that the runs append to.
    """

    model_config = SettingsConfigDict(env_prefix="COMPACTION_", frozen=True)

    every_seconds: float = Field(default=3600.0, gt=0)
    report: Path
    log: Path


class LakeSettings(BaseSettings):
    """Read from LAKE_*; constructed only in `main`."""

    model_config = SettingsConfigDict(env_prefix="LAKE_", frozen=True)

    uri: Path


def next_due(now: float, every_seconds: float) -> float:
    """Return the next whole multiple of the interval, never the present moment.

    >>> [next_due(now, 3600) for now in (0, 1, 3599.5, 3600)]
    [3600, 3600, 3600.0, 7200]
    """
    return now - now % every_seconds + every_seconds


def run(job: Job, *, every_seconds: float, now: Callable[[], float], stop: Event) -> None:
    """Run the job at every due moment until told to stop.

    One run ends before the next is planned, so no two overlap; what falls due during a run is
    left out, for the run after it takes in all that came.
    """
    while _wait_until(next_due(now(), every_seconds), now, stop):
        began = now()
        code = job(stop)
        if code is not None:
            _tell(code, began=began, ended=now())


def spark_job(settings: CompactionSettings, lake: Path) -> Job:
    """Return the job that starts `compaction_jobs` as a child and ends it on a stop."""
    argv = (
        sys.executable, "-m", "compaction_jobs",
        "--lake", str(lake), "--report", str(settings.report),
    )  # fmt: skip

    def job(stop: Event) -> int | None:
        process = spawn(argv, env=os.environ, cwd=ROOT, log=settings.log)
        try:
            while process.poll() is None and not stop.wait(_POLL_SECONDS):
                pass
        finally:
            # Its whole session: a job that crashed may have left its JVM behind.
            end(members(process.pid), within_seconds=_STOP_WITHIN_SECONDS)
        code = process.wait()
        return None if stop.is_set() else code

    return job


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    configure_logs(COMPONENT)
    stop, readiness = Event(), Readiness()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    settings = CompactionSettings()
    # It waits, whatever the last run said: that is what the metrics are for.
    readiness.ready()
    LAST_EXIT_CODE.set(float("nan"))
    serve_telemetry(TelemetrySettings(), readiness)
    job = spark_job(settings, LakeSettings().uri)
    run(job, every_seconds=settings.every_seconds, now=time.time, stop=stop)
    return 0


def _wait_until(due: float, now: Callable[[], float], stop: Event) -> bool:
    """Wait for a moment of the wall clock; return False when stopped before."""
    while (left := due - now()) > 0:
        if stop.wait(min(left, _LONGEST_WAIT_SECONDS)):
            return False
    return not stop.is_set()


def _tell(code: int, *, began: float, ended: float) -> None:
    LAST_EXIT_CODE.set(code)
    SECONDS.set(ended - began)
    if code == _HOLDS:
        LAST_SUCCESS.set(ended)
    say = log.info if code == _HOLDS else log.error
    say("compaction_ended", exit_code=code, seconds=round(ended - began, 1))


if __name__ == "__main__":
    sys.exit(main())
