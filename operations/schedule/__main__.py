"""Run jobs when they are due: `python -m operations.schedule`.

Spark is a child that goes away between runs; this process, which waits, stays small.
"""

from __future__ import annotations

import signal
import sys
import time
from functools import partial
from threading import Event

import structlog

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from domain.errors import ConfigurationError
from operations.schedule.announcing import COMPONENT, Announcer
from operations.schedule.child import end_leftovers, start
from operations.schedule.jobs import jobs_with
from operations.schedule.loop import Schedule
from operations.schedule.settings import LakeSettings, ScheduleSettings

_log = structlog.get_logger()


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    configure_logs(COMPONENT)
    stop, readiness = Event(), Readiness()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        schedule = build(ScheduleSettings(), LakeSettings())
    except ConfigurationError as error:
        _log.error("configuration_refused", error=str(error))
        return 2
    # It waits, whatever the last runs said: that is what the history and the alerts are for.
    readiness.ready()
    serve_telemetry(TelemetrySettings(), readiness)
    schedule.run(stop)
    return 0


def build(settings: ScheduleSettings, lake: LakeSettings) -> Schedule:
    """Return the schedule over real processes and the real broker.

    Raises:
        ConfigurationError: a setting names no job, or the history cannot be read.
    """
    jobs = jobs_with(settings.every_seconds)
    left = end_leftovers(settings.file)
    if left:
        _log.warning("leftovers_ended", pids=left)
    return Schedule(
        jobs,
        file=settings.file,
        start=partial(start, settings=settings, lake=lake.uri),
        announce=Announcer(KafkaSettings(), RegistryCodecs(RegistrySettings())),
        now=lambda: time.time_ns() // 1000,
        back_off=settings.back_off,
        settle_seconds=settings.settle_seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
