"""Runs the live view's sink: `python -m sinks.live_view`."""

from __future__ import annotations

import time

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from schemas.topics import topics
from sinks.kafka_log import KafkaLog
from sinks.live_view.settings import LiveViewSettings
from sinks.live_view.sink import APP, LiveViewSink, is_read
from sinks.live_view.store import LiveView
from sinks.process import exit_code, keep_running, stop_on_signals

_CONSUMER = {"queued.max.messages.kbytes": 4096, "fetch.max.bytes": 8 << 20}


def main() -> None:
    """Run until SIGTERM."""
    configure_logs(APP)
    stopping = stop_on_signals()
    readiness = Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    sink = LiveViewSink(
        view=LiveView(LiveViewSettings().path),
        topics=[each for each in topics() if is_read(each)],
        log=KafkaLog(KafkaSettings(), client_id=APP, **_CONSUMER),
        decoder=RegistryCodecs(RegistrySettings()),
        readiness=readiness,
        now=lambda: time.time_ns() // 1000,
    )
    keep_running(lambda: sink.session(stopping), stopping=stopping, readiness=readiness)


if __name__ == "__main__":
    exit_code(main)
