"""Run the pooling worker: `python -m stream_processors.pooling`."""

from __future__ import annotations

import faust

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from stream_processors.faust_app import application, watch_readiness
from stream_processors.pooling.settings import PoolingSettings
from stream_processors.pooling.worker import APP, SOURCE, register


def main() -> None:
    """Turn decisions into alerts until told to stop."""
    configure_logs(APP)
    settings, readiness = PoolingSettings(), Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    app = application(APP, KafkaSettings(), settings.state_dir)
    register(app, settings, RegistryCodecs(RegistrySettings()))
    watch_readiness(app, SOURCE, readiness)
    faust.Worker(app, loglevel="WARNING", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
