"""Alerts about jobs in, acknowledged records in Kafka out."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.kafka.headers import event_headers
from adapters.registry import RegistryCodecs
from operations.schedule.alerts import TOPIC
from schemas.codec import Record

COMPONENT = "operations.schedule"
# The loop waits meanwhile, and a wish to stop with it.
_WITHIN_SECONDS = 3.0


class Announcer:
    """Publishes alerts; what fails is tried again by the caller."""

    def __init__(self, settings: KafkaSettings, codecs: RegistryCodecs) -> None:
        self._settings = settings
        self._codecs = codecs

    def __call__(self, alerts: Sequence[Record]) -> None:
        """Return when the broker has them all.

        Raises:
            PlatformError: it does not; some may have arrived all the same.
        """
        records = [_outgoing(each, self._codecs) for each in alerts]
        # A publisher that failed once stays failed, and alerts are rare: a new one each time.
        publisher = Publisher(self._settings, client_id=COMPONENT)
        for record in records:
            publisher.publish(record)
        publisher.flush(_WITHIN_SECONDS)


def _outgoing(alert: Record, codecs: RegistryCodecs) -> OutgoingRecord:
    headers = event_headers(
        event_id=alert["event_id"],
        event_type=TOPIC,
        source=COMPONENT,
        occurred_at=alert["occurred_at"],
    )
    return OutgoingRecord(TOPIC, alert["job"].encode(), codecs.encode(TOPIC, alert), headers)
