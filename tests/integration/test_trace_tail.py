"""What a running log holds beyond its lake is found by a trace, and once only."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from adapters.delta import stored_positions
from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.kafka.headers import event_headers
from adapters.registry import RegistryCodecs
from operations.trace.tables import Tables
from operations.trace.tail import LogTail
from schemas.topics import topic
from sinks.lakehouse.tables import APP, table_of
from tests.fakes.records import a_fact, record_of
from tests.integration.sink_process import running, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

RAW, FACTS = "raw.stock-count.v1", "clean.stock-fact.v1"
BRONZE, SILVER = table_of(topic(RAW)), table_of(topic(FACTS))


def test_a_record_is_found_before_and_after_the_lake_holds_it(
    settings: KafkaSettings,
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    lake, event_id = tmp_path / "lake", uuid.uuid4().hex

    def tables() -> Tables:
        return Tables(lake, LogTail(str(lake), settings, codecs))

    for name, record in ((RAW, record_of(RAW, event_id=event_id)), (FACTS, a_fact(event_id))):
        headers = event_headers(event_id=event_id, event_type=name, source="tests", occurred_at=0)
        value = codecs.encode(name, record)
        publisher.publish(OutgoingRecord(name, b"I1|S1", value, headers))
    publisher.flush()

    def found() -> tuple[int, int]:
        now = tables()
        facts = now.find(SILVER, event_id=event_id)
        return len(now.places_of(BRONZE, "ce_id", event_id.encode())), len(facts)

    assert found() == (1, 1)
    assert tables().find(SILVER, event_id=event_id)[0]["quantity_milli"] == 1500
    with running("sinks.lakehouse", environment | {"LAKE_URI": str(lake)}, tmp_path / "sink.log"):
        until(
            lambda: bool(Tables(lake).find(SILVER, event_id=event_id)),
            seconds=60,
            what="the lake to hold the fact",
        )
        assert found() == (1, 1)
        assert stored_positions(str(lake), SILVER, APP)
