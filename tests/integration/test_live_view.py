"""The live view's sink against the real broker and registry: fresh, exact, and rebuilt alike."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.registry import RegistryCodecs
from domain.facts import fact_key
from schemas.topics import topics
from sinks.kafka_log import KafkaLog
from sinks.live_view.sink import is_read
from sinks.resume import all_partitions
from tests.fakes.records import a_fact, a_position, an_alert
from tests.integration.sink_process import running, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

FACTS, POSITIONS, ALERTS = "clean.stock-fact.v1", "state.stock-position.v1", "alert.stockout.v1"
DURABLE = ["position", "demand_estimate", "fact", "alert", "dead_letter", "unreadable", "offset"]


@pytest.fixture
def log(settings: KafkaSettings) -> Iterator[KafkaLog]:
    with closing(KafkaLog(settings, client_id="tests.live_view")) as log:
        yield log


def shown_in(view: Path) -> dict[str, str]:
    return {"LIVE_VIEW_PATH": str(view)}


def rows(view: Path, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{view}?mode=ro", uri=True)) as connection:
        return connection.execute(query, arguments).fetchall()


def content(view: Path) -> dict[str, list[tuple[Any, ...]]]:
    found = {table: sorted(rows(view, f"SELECT * FROM {table}"), key=repr) for table in DURABLE}
    steps = "SELECT event_id, alert_id, transition, log_offset FROM alert_transition"
    return {**found, "alert_transition": sorted(rows(view, steps))}


def has_caught_up(log: KafkaLog, view: Path) -> bool:
    described = log.describe([each.name for each in topics() if is_read(each)])
    stored = {
        (topic, partition): offset
        for topic, partition, offset in rows(
            view, 'SELECT topic, "partition", next_offset FROM offset'
        )
    }
    bounds = log.bounds(all_partitions(described))
    return all(b.high == b.low or stored.get(at) == b.high for at, b in bounds.items())


def publish(publisher: Publisher, codecs: RegistryCodecs, run: str, numbers: range) -> None:
    for number in numbers:
        item = f"{run}-{number % 23}"
        key = fact_key(item, "S1").encode()
        for name, record in (
            (FACTS, a_fact(f"{run}-f{number}", item_id=item)),
            (POSITIONS, a_position("e", item_id=item, log_offset=number, on_hand_milli=number)),
            (ALERTS, an_alert(f"{run}-t{number}", alert_id=item, item_id=item, log_offset=number)),
        ):
            publisher.publish(OutgoingRecord(name, key, codecs.encode(name, record)))
    publisher.publish(OutgoingRecord(FACTS, b"k", b"poison"))
    publisher.publish(OutgoingRecord(f"{FACTS}.dlq", fact_key(run, "S1").encode(), b"poison"))
    publisher.flush()


def test_after_kills_the_read_model_equals_one_that_was_rebuilt(
    environment: dict[str, str],
    publisher: Publisher,
    codecs: RegistryCodecs,
    log: KafkaLog,
    tmp_path: Path,
) -> None:
    grown, rebuilt = tmp_path / "grown.sqlite", tmp_path / "rebuilt.sqlite"
    with running("sinks.live_view", environment | shown_in(grown), tmp_path / "log") as sink:
        for start in range(0, 900, 300):
            publish(publisher, codecs, "k", range(start, start + 300))
            sink.kill()
            sink.start()
        until(lambda: has_caught_up(log, grown), seconds=60, what="the read model to catch up")
        assert sink.stop() == 0
    with running("sinks.live_view", environment | shown_in(rebuilt), tmp_path / "log2"):
        until(lambda: has_caught_up(log, rebuilt), seconds=60, what="the rebuild to catch up")

    assert content(grown) == content(rebuilt)
    mine = "item_id LIKE 'k-%'"
    assert rows(grown, f"SELECT count(*) FROM fact WHERE {mine}") == [(900,)]
    newest = {f"k-{number % 23}": number for number in range(900)}
    found = rows(grown, f"SELECT item_id, log_offset, on_hand_milli FROM position WHERE {mine}")
    assert sorted(found) == sorted((item, last, last) for item, last in newest.items())
    latest = rows(grown, f"SELECT alert_id, event_id FROM alert WHERE {mine}")
    assert dict(latest) == {item: f"k-t{last}" for item, last in newest.items()}
    assert rows(grown, f"SELECT count(*) FROM alert_transition WHERE {mine}") == [(900,)]
    assert len(rows(grown, "SELECT * FROM unreadable WHERE reason = 'undecodable'")) >= 3
    assert rows(grown, "SELECT pending FROM dlq_pending WHERE item_id = 'k'") == [(3,)]


def test_a_position_is_visible_soon_after_it_is_in_the_log(
    environment: dict[str, str],
    publisher: Publisher,
    codecs: RegistryCodecs,
    log: KafkaLog,
    tmp_path: Path,
) -> None:
    view = tmp_path / "view.sqlite"
    with running("sinks.live_view", environment | shown_in(view), tmp_path / "log"):
        until(lambda: has_caught_up(log, view), seconds=60, what="the read model to catch up")
        waited = []
        query = "SELECT 1 FROM position WHERE item_id = ?"
        for number in range(40):
            record = a_position("e", item_id=f"v-{number}")
            key = fact_key(f"v-{number}", "S1").encode()
            publisher.publish(OutgoingRecord(POSITIONS, key, codecs.encode(POSITIONS, record)))
            publisher.flush()
            began = time.monotonic()
            until(
                lambda item=f"v-{number}": bool(rows(view, query, item)),
                seconds=10,
                what="the position to be visible",
            )
            waited.append(time.monotonic() - began)
    # Speed is a benchmark's business; here it is enough that nothing waits for a full second.
    assert sorted(waited)[len(waited) // 2] < 1
