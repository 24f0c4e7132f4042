"""Run the cleaning job: `python -m stream_processors.cleaning`, in the Flink environment."""

from __future__ import annotations

import os
import signal
import sys

import structlog

from adapters.kafka import KafkaSettings
from adapters.registry import RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from domain.errors import ConfigurationError
from stream_processors.cleaning.job import NAME
from stream_processors.cleaning.run import run
from stream_processors.cleaning.settings import CleaningSettings

_FAILED, _MISCONFIGURED = 1, 2


def main() -> int:
    """Clean until told to stop; return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    configure_logs(NAME)
    readiness = Readiness()
    try:
        serve_telemetry(TelemetrySettings(), readiness)
        run(
            CleaningSettings(),
            kafka=KafkaSettings(),
            registry=RegistrySettings(),
            readiness=readiness,
        )
    except SystemExit:
        return 0
    except ConfigurationError as error:
        structlog.get_logger().error("misconfigured", error=str(error))
        return _MISCONFIGURED
    except Exception:  # noqa: BLE001  (the process boundary)
        structlog.get_logger().exception("failed")
    return _FAILED


def end_what_was_started() -> None:
    """Ask everything that Flink has started to end: its Python worker outlives a killed Java.

    Only where this process leads its group, so that nobody else is in it.
    """
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    code = main()
    end_what_was_started()
    os._exit(code)  # Py4J keeps threads that would hold up an ordinary exit
