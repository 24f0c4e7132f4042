"""Runs the webhooks sink: `python -m sinks.webhooks`."""

from __future__ import annotations

import random
import time

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from sinks.kafka_log import KafkaLog
from sinks.process import exit_code, keep_running, stop_on_signals
from sinks.webhooks.endpoints import EndpointsFile
from sinks.webhooks.outbox import Outbox
from sinks.webhooks.settings import WebhooksSettings
from sinks.webhooks.sink import APP, WebhooksSink


def main() -> None:
    """Run until SIGTERM."""
    configure_logs(APP)
    stopping = stop_on_signals()
    readiness = Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    settings = WebhooksSettings()
    sink = WebhooksSink(
        outbox=Outbox(settings.state),
        endpoints=EndpointsFile(settings.endpoints_file),
        log=KafkaLog(KafkaSettings(), client_id=APP),
        decoder=RegistryCodecs(RegistrySettings()),
        readiness=readiness,
        now=lambda: time.time_ns() // 1000,
        jitter=random.random,
    )
    keep_running(lambda: sink.session(stopping), stopping=stopping, readiness=readiness)


if __name__ == "__main__":
    exit_code(main)
