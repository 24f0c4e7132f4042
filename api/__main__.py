"""Serve until told to stop: `python -m api`."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType

import structlog
import uvicorn
from prometheus_client import REGISTRY

from adapters.kafka import KafkaSettings, Publisher
from adapters.kafka.events import EventPublisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import TelemetrySettings, configure_logs, serve_telemetry
from adapters.uploads import Intake, UploadStore
from api.application import create_app
from api.clock import wall_clock
from api.health.readiness import ReadModelReadiness
from api.live.feed import ChangeFeed
from api.read_model import ReadModel
from api.settings import ApiSettings
from api.uploads.routes import Uploads
from api.uploads.silver import Silver
from domain.errors import ConfigurationError

# A browser that polls keeps its connection: stopping must not wait for it.
_STOP_WITHIN_SECONDS = 2
_BACKLOG = 512


def main() -> int:
    """Return the exit code."""
    configure_logs("api")
    log = structlog.get_logger("api")
    settings = ApiSettings()
    model = ReadModel(settings.live_view_path)
    readiness = ReadModelReadiness(model)
    feed = ChangeFeed(model)
    app = create_app(
        settings,
        readiness=readiness,
        model=model,
        clock=wall_clock,
        registry=REGISTRY,
        feed=feed,
        uploads=_uploads(settings),
    )
    try:
        listening = _listen(settings)
    except ConfigurationError as error:
        log.error("cannot_listen", reason=str(error))  # noqa: TRY400  (one line for a person)
        return 2
    serve_telemetry(TelemetrySettings(), readiness)  # environment
    # uvicorn stops cleanly, then raises the signal again for whoever had it before: nobody.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    log.info("api_started", port=settings.port)
    _Server(_config(app), feed).run(sockets=[listening])
    log.info("api_stopped")
    return 0


def _uploads(settings: ApiSettings) -> Uploads | None:
    """Return what takes uploads, where there is a log to put them into."""
    if settings.bootstrap_servers is None or settings.registry_url is None:
        return None
    kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
    codecs = RegistryCodecs(RegistrySettings(url=settings.registry_url))
    store = UploadStore(settings.uploads_store or settings.state_dir / "uploads.sqlite")

    def publisher() -> EventPublisher:
        return EventPublisher(Publisher(kafka, client_id="api"), codecs)

    intake = Intake(store, publisher, wall_clock)
    return Uploads(store, intake, Silver(settings.lake))


class _Server(uvicorn.Server):
    """Ends the streams when told to stop: they would outlast any patience."""

    def __init__(self, config: uvicorn.Config, feed: ChangeFeed) -> None:
        super().__init__(config)
        self._feed = feed

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, for a signal."""
        self._feed.end()
        super().handle_exit(sig, frame)


def _listen(settings: ApiSettings) -> socket.socket:
    """Take the port before anything says that the service is ready.

    Raises:
        ConfigurationError: the port is taken.
    """
    try:
        return socket.create_server((settings.host, settings.port), backlog=_BACKLOG)
    except OSError as error:
        msg = f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        raise ConfigurationError(msg) from error


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application, whatever its framework
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_WITHIN_SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main())
