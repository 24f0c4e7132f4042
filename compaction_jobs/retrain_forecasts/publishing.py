"""Priors in, those that `raw.demand-prior.v1` does not hold yet out. The log is the watermark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from adapters.kafka import KafkaSettings, OutgoingRecord, whole_topics
from adapters.kafka.headers import event_headers
from schemas.codec import Record

PRIORS = "raw.demand-prior.v1"


class Encoder(Protocol):
    """Turns records into framed bytes: `adapters.registry.RegistryCodecs`."""

    def encode(self, topic_name: str, record: Record) -> bytes:
        """Return the bytes of one record."""


class RecordSink(Protocol):
    """Takes records and acknowledges them: `adapters.kafka.Publisher`."""

    def publish(self, record: OutgoingRecord) -> None:
        """Queue one record."""

    def flush(self) -> None:
        """Return when everything queued is acknowledged."""


def publish_missing(
    priors: Sequence[Record], *, held: frozenset[str], sink: RecordSink, encoder: Encoder
) -> int:
    """Publish the priors that are not held, and return how many, once all are acknowledged.

    Raises:
        PlatformError: a record was not delivered.
    """
    missing = [each for each in priors if each["event_id"] not in held]
    for record in missing:
        headers = event_headers(
            event_id=record["event_id"],
            event_type=PRIORS,
            source=record["source"],
            occurred_at=record["occurred_at"],
        )
        value = encoder.encode(PRIORS, record)
        sink.publish(OutgoingRecord(PRIORS, record["item_id"].encode(), value, headers))
    sink.flush()
    return len(missing)


def published_ids(kafka: KafkaSettings, *, client_id: str) -> frozenset[str]:
    """Return the ids of all priors in the log, so that no run publishes one a second time.

    A few hundred a night: years of them are read in seconds.

    Raises:
        TransientError: the log cannot be read to its end.
    """
    return frozenset(
        dict(message.headers() or ()).get("ce_id", b"").decode()
        for message in whole_topics(kafka, [PRIORS], client_id=client_id)
    )
