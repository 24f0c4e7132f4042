"""Watch a folder until told to stop: `python -m producers.uploads`."""

from __future__ import annotations

import signal
import sys
import time
from threading import Event

import structlog

from adapters.kafka import KafkaSettings, Publisher
from adapters.kafka.events import EventPublisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from adapters.uploads import Intake, UploadStore
from domain.errors import ConfigurationError, PlatformError
from producers.uploads.folder import WatchedFolder
from producers.uploads.settings import UploadsSettings

_COMPONENT = "producers.uploads"


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    configure_logs(_COMPONENT)
    log = structlog.get_logger()
    stop, readiness = Event(), Readiness()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    serve_telemetry(TelemetrySettings(), readiness)
    settings, kafka = UploadsSettings(), KafkaSettings()
    codecs, store = RegistryCodecs(RegistrySettings()), UploadStore(settings.store)

    def publisher() -> EventPublisher:
        return EventPublisher(Publisher(kafka, client_id=_COMPONENT), codecs)

    intake = Intake(store, publisher, lambda: time.time_ns() // 1000)
    folder = WatchedFolder(settings.folder, intake, store)
    folder.prepare()
    readiness.ready()
    log.info("folder_watched", folder=str(settings.folder))
    while not stop.wait(settings.poll_seconds):
        try:
            folder.look()
        except ConfigurationError as error:
            log.error("not_configured", reason=str(error))  # noqa: TRY400  (a person's error: no trace)
            return 2
        except PlatformError as error:
            readiness.not_ready(str(error))
            log.warning("upload_delayed", reason=str(error))
        else:
            readiness.ready()
    return 0


if __name__ == "__main__":
    sys.exit(main())
