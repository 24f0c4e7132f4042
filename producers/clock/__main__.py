"""Tick once a minute: `python -m producers.clock`."""

from __future__ import annotations

import signal
import sys
import time
from threading import Event

import structlog

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from domain.errors import ConfigurationError, PlatformError
from producers.clock.live import run
from producers.timeline import EventPublisher

_COMPONENT = "producers.clock"


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    configure_logs(_COMPONENT)
    stop, readiness = Event(), Readiness()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    serve_telemetry(TelemetrySettings(), readiness)
    publisher = EventPublisher(
        Publisher(KafkaSettings(), client_id=_COMPONENT),
        RegistryCodecs(RegistrySettings()),
    )
    try:
        run(publisher, now=lambda: time.time_ns() // 1000, stop=stop, readiness=readiness)
    except ConfigurationError as error:
        structlog.get_logger().error("not_configured", reason=str(error))
        return 2
    except PlatformError as error:
        structlog.get_logger().exception("tick_failed", reason=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
