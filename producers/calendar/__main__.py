"""Publish the Brazilian calendar: `python -m producers.calendar --from-year Y --to-year Y`."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

import structlog

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import configure_logs
from domain.errors import ConfigurationError, PlatformError
from producers.calendar.publishing import publish_years
from producers.timeline import EventPublisher

_COMPONENT = "producers.calendar"
_CONFIGURATION_EXIT = 2


def main() -> int:
    """Publish the years and return the exit code: 2 where a person must act."""
    parser = argparse.ArgumentParser(prog=_COMPONENT, description=__doc__)
    parser.add_argument("--from-year", type=int, required=True, help="the first")
    parser.add_argument("--to-year", type=int, required=True, help="the last, included")
    years = parser.parse_args()
    configure_logs(_COMPONENT)
    log = structlog.get_logger()
    try:
        with closing(RegistryCodecs(RegistrySettings())) as codecs:
            publisher = EventPublisher(Publisher(KafkaSettings(), client_id=_COMPONENT), codecs)
            published = publish_years(years.from_year, years.to_year, publisher)
    except ConfigurationError as error:
        log.error("years_refused", reason=str(error))  # noqa: TRY400  (a person's error: no trace)
        return _CONFIGURATION_EXIT
    except PlatformError as error:
        log.exception("publishing_failed", reason=str(error))
        return 1
    log.info("calendar_published", days=published)
    return 0


if __name__ == "__main__":
    sys.exit(main())
