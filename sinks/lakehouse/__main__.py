"""Runs the lakehouse sink: `python -m sinks.lakehouse`."""

from __future__ import annotations

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from schemas.topics import topics
from sinks.kafka_log import KafkaLog
from sinks.lakehouse.pending import Cadence
from sinks.lakehouse.settings import LakeSettings
from sinks.lakehouse.sink import Lakehouse
from sinks.lakehouse.tables import APP
from sinks.process import exit_code, keep_running, stop_on_signals

# Some sixty partitions share one process: a queue of the default size for each would be 4 GiB.
_CONSUMER = {
    "queued.max.messages.kbytes": 2048,
    "fetch.max.bytes": 8 << 20,
    "fetch.wait.max.ms": 250,
}


def main() -> None:
    """Run until SIGTERM."""
    configure_logs(APP)
    stopping = stop_on_signals()
    readiness = Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    kafka, lake = KafkaSettings(), LakeSettings()
    lakehouse = Lakehouse(
        lake_uri=lake.uri,
        topics=topics(),
        log=KafkaLog(kafka, client_id=APP, linger_seconds=0.25, **_CONSUMER),
        decoder=RegistryCodecs(RegistrySettings()),
        publisher=Publisher(kafka, client_id=APP),
        readiness=readiness,
        cadence=Cadence(longest_seconds=lake.commit_seconds),
    )
    keep_running(lambda: lakehouse.session(stopping), stopping=stopping, readiness=readiness)


if __name__ == "__main__":
    exit_code(main)
