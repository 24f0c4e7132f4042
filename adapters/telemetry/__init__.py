"""What a component does in, log lines, metrics and readiness out."""

from adapters.telemetry.logs import configure_logs
from adapters.telemetry.server import Readiness, TelemetrySettings, serve_telemetry

__all__ = ["Readiness", "TelemetrySettings", "configure_logs", "serve_telemetry"]
