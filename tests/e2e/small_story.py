"""A few records that pass through every hop: an empty shelf, its alert, and what cannot be read."""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import Any

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.kafka.headers import event_headers
from adapters.registry import RegistryCodecs, RegistrySettings
from operations.registry import registry_url
from operations.settings import StackSettings
from producers.timeline import EventPublisher, TimedEvent
from tests.e2e.conftest import ROOT

EXAMPLES = ROOT / "schemas" / "examples"
COUNTS = "raw.stock-count.v1"
_KEYS = {"raw.item.v1": ("item_id",), "raw.site.v1": ("site_id",), COUNTS: ("item_id", "site_id")}


def tell(settings: StackSettings) -> None:
    """Publish the masters of one key, the count of its empty shelf, and one unreadable record."""
    now = time.time_ns() // 1000
    kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
    url = registry_url(settings.port("registry"))
    with (
        closing(RegistryCodecs(RegistrySettings(url=url))) as codecs,
        closing(Publisher(kafka, client_id="tests.story")) as publisher,
    ):
        events = EventPublisher(publisher, codecs)
        events.publish([_event(topic, now) for topic in _KEYS])
        headers = event_headers(
            event_id="unreadable", event_type=COUNTS, source="tests", occurred_at=now
        )
        publisher.publish(OutgoingRecord(COUNTS, b"NC-1|NOWHERE", b"no Avro at all", headers))
        events.flush()


def _event(topic: str, now: int) -> TimedEvent:
    record: dict[str, Any] = json.loads((EXAMPLES / f"{topic}.json").read_text(encoding="utf-8"))
    told = {**record, "event_id": f"story/{topic}", "occurred_at": now, "recorded_at": now}
    if topic == COUNTS:
        told |= {"quantity_milli": 0, "precision": "instant", "document": "story"}
    return TimedEvent(topic, "|".join(record[name] for name in _KEYS[topic]), told)
