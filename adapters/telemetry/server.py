"""GET /readyz and GET /metrics of one component, on loopback, in a thread of its own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic_settings import BaseSettings, SettingsConfigDict


class TelemetrySettings(BaseSettings):
    """Read from TELEMETRY_*; constructed only in a `__main__`."""

    model_config = SettingsConfigDict(env_prefix="TELEMETRY_", frozen=True)

    port: int
    host: str = "127.0.0.1"


class Readiness:
    """Whether a component can do its work now, and if not, why not."""

    def __init__(self) -> None:
        self._why: str | None = "starting"

    @property
    def why_not(self) -> str | None:
        """The reason, or None when ready."""
        return self._why

    def ready(self) -> None:
        """Say that it can."""
        self._why = None

    def not_ready(self, why: str) -> None:
        """Say that it cannot, and why."""
        self._why = why


def serve_telemetry(settings: TelemetrySettings, readiness: Readiness) -> ThreadingHTTPServer:
    """Serve until the process ends; return the server, for its port in tests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
                case "/readyz":
                    why = readiness.why_not
                    body = json.dumps({"ready": why is None, "why": why}).encode()
                    self._answer(200 if why is None else 503, "application/json", body)
                case _:
                    self._answer(404, "text/plain", b"try /readyz or /metrics\n")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent: a probe a second is no news."""

    server = ThreadingHTTPServer((settings.host, settings.port), Handler)
    threading.Thread(target=server.serve_forever, name="telemetry", daemon=True).start()
    return server
