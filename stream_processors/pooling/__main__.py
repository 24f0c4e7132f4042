"""Run the pooling worker: `python -m stream_processors.pooling`."""

from __future__ import annotations

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from stream_processors.acknowledgement import BrokerLog, GapFree
from stream_processors.faust_app import application, run_worker, watch_progress, watch_readiness
from stream_processors.pooling.settings import PoolingSettings
from stream_processors.pooling.worker import APP, SOURCE, register


def main() -> None:
    """Turn decisions into alerts until told to stop."""
    configure_logs(APP)
    settings, readiness = PoolingSettings(), Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    kafka = KafkaSettings()
    app = application(APP, kafka, settings.state_dir)
    gap_free = GapFree(app, BrokerLog(kafka, APP))
    register(app, gap_free, settings, RegistryCodecs(RegistrySettings()))
    watch_readiness(app, SOURCE, readiness)
    watch_progress(app, gap_free)
    run_worker(app)


if __name__ == "__main__":
    main()
