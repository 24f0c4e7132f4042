"""Publish a requisition export: `python -m producers.erp_requisitions FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import structlog

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import configure_logs
from domain.errors import ConfigurationError, PlatformError
from producers.erp_requisitions.publishing import publish_file
from producers.timeline import EventPublisher

_COMPONENT = "producers.erp_requisitions"
_CONFIGURATION_EXIT = 2


def main() -> int:
    """Publish one file and return the exit code: 2 where a person must act."""
    parser = argparse.ArgumentParser(prog=_COMPONENT, description=__doc__)
    parser.add_argument("file", type=Path, help="XLSX or CSV with the ERP's own headers")
    path: Path = parser.parse_args().file
    configure_logs(_COMPONENT)
    log = structlog.get_logger()
    try:
        publisher = EventPublisher(
            Publisher(KafkaSettings(), client_id=_COMPONENT),
            RegistryCodecs(RegistrySettings()),
        )
        published = publish_file(
            path,
            publisher,
            on_progress=lambda done, lines: log.info("lines_published", done=done, lines=lines),
            notify=lambda notice: log.warning("file_notice", notice=notice),
        )
    except ConfigurationError as error:
        log.error("file_refused", reason=str(error))  # noqa: TRY400  (a person's error: no trace)
        return _CONFIGURATION_EXIT
    except PlatformError as error:
        log.exception("publishing_failed", reason=str(error))
        return 1
    log.info("file_published", file=path.name, lines=published)
    return 0


if __name__ == "__main__":
    sys.exit(main())
