"""Run the stock worker: `python -m stream_processors.stock`."""

from __future__ import annotations

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from domain.stock.decide import Parameters
from domain.stock.policy import Policy
from forecasting.fading_rate import FadingRate
from stream_processors.acknowledgement import BrokerLog, GapFree
from stream_processors.faust_app import application, run_worker, watch_progress, watch_readiness
from stream_processors.stock.settings import StockSettings
from stream_processors.stock.worker import APP, SOURCE, register


def main() -> None:
    """Fold facts until told to stop."""
    configure_logs(APP)
    settings, readiness = StockSettings(), Readiness()
    serve_telemetry(TelemetrySettings(), readiness)
    kafka = KafkaSettings()
    app = application(APP, kafka, settings.state_dir)
    gap_free = GapFree(app, BrokerLog(kafka, APP))
    codecs = RegistryCodecs(RegistrySettings())
    register(app, gap_free, settings, codecs, Parameters(Policy(), FadingRate()))
    watch_readiness(app, SOURCE, readiness)
    watch_progress(app, gap_free)
    run_worker(app)


if __name__ == "__main__":
    main()
