"""The webhooks sink against the real broker, registry and receiver, killed while it delivers."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.registry import RegistryCodecs
from domain.facts import fact_key
from sinks.webhooks.message import KINDS
from tests.fakes.records import an_alert
from tests.integration.conftest import RunningKafka, RunningRegistry, free_ports
from tests.integration.fresh_topics import make_anew
from tests.integration.sink_process import SinkProcess, running, until
from tests.integration.webhook_endpoints import list_endpoints, receiving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

ALERTS = "alert.stockout.v1"


@pytest.fixture
def settings(
    settings: KafkaSettings, kafka: RunningKafka, registry: RunningRegistry
) -> KafkaSettings:
    """The broker, with no alert in it."""
    make_anew(kafka, registry, *KINDS)
    return settings


@pytest.fixture
def endpoints(tmp_path: Path) -> Path:
    return tmp_path / "endpoints.json"


@pytest.fixture
def environment(environment: dict[str, str], endpoints: Path, tmp_path: Path) -> dict[str, str]:
    return environment | {
        "WEBHOOKS_ENDPOINTS_FILE": str(endpoints),
        "WEBHOOKS_STATE": str(tmp_path / "webhooks.sqlite"),
    }


def publish(publisher: Publisher, codecs: RegistryCodecs, ids: list[str]) -> None:
    for each in ids:
        record = an_alert(each, alert_id=f"A-{each}", site_id=f"S{len(each)}{each[-1]}")
        key = fact_key("I1", record["site_id"]).encode()
        publisher.publish(OutgoingRecord(ALERTS, key, codecs.encode(ALERTS, record)))
    publisher.flush()


def states(environment: dict[str, str]) -> dict[tuple[str, str], str]:
    path = f"file:{environment['WEBHOOKS_STATE']}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        found = connection.execute("SELECT transition_id, endpoint_id, state FROM delivery")
        return {(transition, endpoint): state for transition, endpoint, state in found}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def is_whole(delivery: dict[str, Any]) -> bool:
    return str(delivery["body"]).endswith("}}")


def test_kills_while_delivering_lose_no_alert_and_keep_every_id(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    endpoints: Path,
    tmp_path: Path,
) -> None:
    port, nobody = free_ports(2)
    list_endpoints(endpoints, up=port, down=nobody)
    received = tmp_path / "received.jsonl"
    ids = [f"kill-{number}" for number in range(240)]
    with (
        receiving(port, received) as deliveries,
        running("sinks.webhooks", environment, tmp_path / "log") as sink,
    ):
        for start in range(0, 240, 80):
            # Each alert twice, as a processor that was killed publishes it.
            publish(publisher, codecs, ids[start : start + 80])
            publish(publisher, codecs, ids[start : start + 80])
            some = deliveries.requests + 20
            until(lambda n=some: deliveries.requests >= n, seconds=60, what="deliveries")
            sink.kill()
            sink.start()
        until(lambda: set(ids) <= deliveries.ids, seconds=60, what="every alert to arrive")
        wanted = {(each, "up") for each in ids}
        until(
            lambda: {k for k, v in states(environment).items() if v == "delivered"} >= wanted,
            seconds=30,
            what="every delivery to be logged",
        )
        assert "nova_webhooks_pending_deliveries" in sink.metrics()
        assert sink.stop() == 0

    verified = [each for each in lines(received) if each["verified"]]
    assert {each["id"] for each in verified} >= set(ids)
    assert {json.loads(each["body"])["type"] for each in verified} == {"alert.opened"}
    # A kill in the middle of a request cuts its body off; nothing else fails to verify.
    assert [each for each in lines(received) if not each["verified"] and is_whole(each)] == []
    # The endpoint that is down has every alert waiting, and delayed nobody.
    assert {states(environment)[each, "down"] for each in ids} == {"pending"}


def test_an_endpoint_that_comes_back_gets_what_it_missed(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    endpoints: Path,
    tmp_path: Path,
) -> None:
    (port,) = free_ports(1)
    list_endpoints(endpoints, late=port)
    with running("sinks.webhooks", environment, tmp_path / "log"):
        publish(publisher, codecs, ["late-1"])
        until(lambda: attempts(environment, "late-1") >= 1, seconds=30, what="a first attempt")
        with receiving(port, tmp_path / "received.jsonl") as deliveries:
            until(lambda: "late-1" in deliveries.ids, seconds=30, what="the retry")
            assert deliveries.failed == 0


def attempts(environment: dict[str, str], transition: str) -> int:
    path = f"file:{environment['WEBHOOKS_STATE']}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        (found,) = connection.execute(
            "SELECT coalesce(max(attempts), 0) FROM delivery WHERE transition_id = ?",
            (transition,),
        ).fetchone()
        return int(found)


def test_an_endpoint_that_is_added_gets_alerts_from_then_on(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    endpoints: Path,
    tmp_path: Path,
) -> None:
    (port,) = free_ports(1)
    list_endpoints(endpoints)
    with (
        receiving(port, tmp_path / "received.jsonl") as deliveries,
        running("sinks.webhooks", environment, tmp_path / "log") as sink,
    ):
        publish(publisher, codecs, ["before"])
        until(lambda: read_by(sink) >= 1, seconds=30, what="the alert to be read")
        list_endpoints(endpoints, new=port)
        until(lambda: '["new"]' in sink.log.read_text(), seconds=30, what="the file to be read")
        publish(publisher, codecs, ["after"])
        until(lambda: "after" in deliveries.ids, seconds=30, what="the alert")
        assert "before" not in deliveries.ids


def read_by(sink: SinkProcess) -> float:
    lines = [x for x in sink.metrics().splitlines() if x.startswith("nova_events_processed_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_the_first_attempt_follows_the_alert_at_once(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    endpoints: Path,
    tmp_path: Path,
) -> None:
    (port,) = free_ports(1)
    list_endpoints(endpoints, up=port)
    with (
        receiving(port, tmp_path / "received.jsonl") as deliveries,
        running("sinks.webhooks", environment, tmp_path / "log"),
    ):
        waited = []
        for number in range(30):
            publish(publisher, codecs, [f"soon-{number}"])
            began = time.monotonic()
            until(lambda n=number: f"soon-{n}" in deliveries.ids, seconds=30, what="the alert")
            waited.append(time.monotonic() - began)
    # Speed is a benchmark's business; here it is enough that nothing waits for a full second.
    assert sorted(waited)[len(waited) // 2] < 1
