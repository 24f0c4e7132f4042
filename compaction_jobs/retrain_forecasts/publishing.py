"""Priors in, those that `raw.demand-prior.v1` does not hold yet out. The log is the watermark."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Protocol

from adapters.kafka import KafkaSettings, OutgoingRecord, PartitionReader
from adapters.kafka.headers import event_headers
from domain.errors import TransientError
from schemas.codec import Record

PRIORS = "raw.demand-prior.v1"
_STALLED_SECONDS = 60.0
_READ_MOST = 10_000


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
    found: set[str] = set()
    with closing(PartitionReader(kafka, client_id=client_id)) as reader:
        next_offsets = {(PRIORS, partition): 0 for partition in reader.partitions(PRIORS)}
        ends = reader.end_offsets(next_offsets)
        reader.assign(next_offsets)
        since = time.monotonic()
        while any(next_offsets[at] < end for at, end in ends.items()):
            for message in reader.read(most=_READ_MOST, seconds=0.2):
                next_offsets[message.topic(), message.partition()] = message.offset() + 1
                found.add(dict(message.headers() or ()).get("ce_id", b"").decode())
                since = time.monotonic()
            if time.monotonic() - since > _STALLED_SECONDS:
                msg = f"{PRIORS} cannot be read to its end"
                raise TransientError(msg)
    return frozenset(found)
