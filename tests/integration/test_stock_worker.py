"""The real stock and pooling workers, killed on the way: the log alone decides what comes out."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.kafka import KafkaSettings, OutgoingRecord, PartitionReader, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from domain.facts import BROADCAST, FactKind, StockFact, fact_key
from domain.instants import DAY
from domain.stock.decide import KeyState, Parameters
from domain.stock.decision import Transition
from domain.stock.masters import World
from domain.stock.policy import Policy
from forecasting.fading_rate import FadingRate
from operations.artifacts import ArtifactStore
from operations.supervisor import Component, Stack, State
from operations.supervisor.probes import http_ready
from operations.topics import apply_topics
from schemas.codec import Record
from schemas.partitioning import broadcast_keys
from schemas.topics import topic
from stream_processors.stock.fold import PartitionFold
from stream_processors.stock.records import position_record
from tests.integration.conftest import (
    ROOT,
    RunningKafka,
    RunningRegistry,
    broker_in,
    free_ports,
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SOURCE = "clean.stock-fact.v1"
START = 20_000 * DAY


def fact(number: int, kind: FactKind, day: float, **fields: object) -> StockFact:
    at = START + int(day * DAY)
    return StockFact(
        event_id=f"event-{number}",
        kind=kind,
        occurred_at=at,
        recorded_at=at,
        source="simulated",
        **fields,  # type: ignore[arg-type]
    )


def a_history(*, keys: int, days: int) -> list[StockFact]:
    """Return masters, counts, requests, issues, receipts and ticks of some months."""
    chance = random.Random(5)
    history: list[StockFact] = []

    def add(kind: FactKind, day: float, **fields: object) -> None:
        history.append(fact(len(history), kind, day, **fields))

    for item in range(4):
        add(
            FactKind.ITEM_CHANGED,
            -1,
            item_id=f"I{item}",
            name=f"Item {item}",
            unit="UN",
            lead_time_days=6.0,
            lead_time_spread_days=2.0,
            min_order_quantity_milli=1000,
            criticality="A",
            substitutes="I0" if item else "",
        )
    sites = [f"S{number}" for number in range(keys // 4)]
    for site in sites:
        add(
            FactKind.SITE_CHANGED,
            -1,
            site_id=site,
            pool_id="BA",
            contract_value_brl_month=1e5,
            fine_rate=0.04,
            response_hours=6.0,
            latitude=-12.9 + chance.random(),
            longitude=-38.5,
        )
    where = [{"item_id": f"I{item}", "site_id": site} for site in sites for item in range(4)]
    for key in where:
        add(FactKind.COUNTED, 0, quantity_milli=6000, document="C", line="1", **key)
    for day in range(1, days):
        add(FactKind.TICK, day)
        for hour in range(3):  # one key is so busy that its months are values of their own
            add(FactKind.ISSUED, day + hour / 24, quantity_milli=100, **where[0])
        for key in chance.sample(where, 6):
            document = f"D{len(history)}"
            add(FactKind.REQUESTED, day, quantity_milli=2000, document=document, **key)
            add(FactKind.ISSUED, day + 0.2, quantity_milli=2000, document=document, **key)
        for key in chance.sample(where, 2):
            order = f"P{len(history)}"
            add(
                FactKind.ORDER_PLACED,
                day,
                order_id=order,
                line="1",
                quantity_milli=8000,
                due_on=20_000 + day + 6,
                **key,
            )
            add(FactKind.RECEIVED, day + 4, order_id=order, quantity_milli=8000, **key)
            add(FactKind.ORDER_RECEIVED, day + 4, order_id=order, line="1", quantity_milli=0, **key)
    return history


def worker(name: str, module: str, port: int, tmp_path: Path, env: dict[str, str]) -> Component:
    return Component(
        name=name,
        argv=(sys.executable, "-m", module),
        env={**env, "TELEMETRY_PORT": str(port), "STATE_DIR": str(tmp_path / name)},
        ready=http_ready(port),
        cwd=ROOT,
        ports=(port,),
    )


@pytest.fixture(scope="module")
def kafka(
    artifacts: ArtifactStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKafka]:
    """A broker of this module's own: what other tests publish would be in the log."""
    data_dir = tmp_path_factory.mktemp("own-kafka")
    ports = free_ports(2)
    with Stack(data_dir, [broker_in(data_dir / "broker", artifacts, ports)]) as stack:
        stack.start(within_seconds=90)
        yield RunningKafka(f"127.0.0.1:{ports[0]}", data_dir)


@pytest.fixture
def workers(kafka: RunningKafka, registry: RunningRegistry, tmp_path: Path) -> Iterator[Stack]:
    apply_topics(kafka.bootstrap_servers, registry.url)
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "REGISTRY_URL": registry.url,
        "PYTHONPATH": str(ROOT),
    }
    stock, pooling = free_ports(2)
    components = [
        worker("stock", "stream_processors.stock", stock, tmp_path, env),
        worker("pooling", "stream_processors.pooling", pooling, tmp_path, env),
    ]
    with Stack(tmp_path / "stack", components) as stack:
        stack.start(within_seconds=60)
        yield stack


def ready_pid(stack: Stack, name: str, *, but: int | None) -> int:
    """Return the pid of a worker when it is ready; one that was ended already is not it."""
    deadline = time.monotonic() + 60
    while True:
        found = stack.status().component(name)
        if found.state is State.READY and found.pid not in {None, but}:
            assert found.pid is not None
            return found.pid
        assert time.monotonic() < deadline, f"{name} is not ready again"
        time.sleep(0.1)


class Log:
    """The real topics, decoded."""

    def __init__(self, kafka: RunningKafka, registry: RunningRegistry) -> None:
        self.settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers)
        self.codecs = RegistryCodecs(RegistrySettings(url=registry.url))
        self.publisher = Publisher(self.settings, client_id="test")

    def close(self) -> None:
        self.codecs.close()

    def publish(self, facts: list[StockFact]) -> None:
        for each in facts:
            record = {name: getattr(each, name) for name in StockFact.__slots__}
            value = self.codecs.encode(SOURCE, record)
            keys = (
                broadcast_keys(topic(SOURCE).partitions)
                if each.kind in BROADCAST
                else (fact_key(each.item_id or "", each.site_id or "").encode(),)
            )
            for key in keys:
                self.publisher.publish(OutgoingRecord(SOURCE, key, value))
        self.publisher.flush()

    def read(self, name: str) -> list[tuple[int, int, Record]]:
        """Return (partition, offset, record) of everything in a topic."""
        reader = PartitionReader(self.settings, client_id="test")
        start = {(name, partition): 0 for partition in reader.partitions(name)}
        reader.assign(start)
        ends = reader.end_offsets(start)
        found: list[tuple[int, int, Record]] = []
        while sum(ends.values()) > len(found):
            for message in reader.read(most=1000, seconds=0.2):
                record = self.codecs.decode(name, message.value())
                found.append((message.partition(), message.offset(), record))
        reader.close()
        return found


def refold(log: list[tuple[int, int, Record]]) -> tuple[dict[str, Record], set[str], set[str]]:
    """Fold the recorded log in this process: positions, ids of transitions, ids of alerts."""
    parameters = Parameters(Policy(), FadingRate())
    states: dict[str, KeyState] = {}
    folds = {
        partition: PartitionFold(partition, World(), parameters, states.get)
        for partition in {partition for partition, _, _ in log}
    }
    positions: dict[str, Record] = {}
    transitions: set[str] = set()
    alerts: set[str] = set()
    for partition, offset, record in sorted(log, key=lambda each: each[:2]):
        fold = folds[partition]
        for decision in fold.fold(
            StockFact(**{**record, "kind": FactKind(record["kind"])}), offset
        ):
            key = fact_key(decision.item.item_id, decision.site.site_id)
            positions[key] = position_record(decision)
            if decision.transition is not Transition.NONE and decision.alert is not None:
                transitions.add(decision.event_id)
                alerts.add(decision.alert.alert_id)
        states.update(fold.changed)
        fold.stored()
    return positions, transitions, alerts


def test_killed_and_stopped_workers_give_what_the_log_says(
    kafka: RunningKafka, registry: RunningRegistry, workers: Stack
) -> None:
    with closing(Log(kafka, registry)) as log:
        assert_same_after_kills(log, workers)


def assert_same_after_kills(log: Log, workers: Stack) -> None:
    history = a_history(keys=40, days=60)
    ends = [
        ("stock", signal.SIGKILL),
        ("pooling", signal.SIGTERM),
        ("stock", signal.SIGTERM),
        ("pooling", signal.SIGKILL),
        ("stock", signal.SIGTERM),
    ]
    slice_ = len(history) // (len(ends) + 1) + 1
    ended: dict[str, int] = {}
    for number, (name, how) in enumerate(ends):
        ended[name] = ready_pid(workers, name, but=ended.get(name))
        log.publish(history[number * slice_ : (number + 1) * slice_])
        os.kill(ended[name], how)
    # Some facts a second time, as a restart of the job before would repeat them.
    log.publish(history[slice_ - 50 : slice_ + 50])
    log.publish(history[len(ends) * slice_ :])

    wanted, transitions, alerts = refold(log.read(SOURCE))
    assert alerts, "the history must lead to alerts, or nothing is shown"

    deadline = time.monotonic() + 120
    got: dict[str, Record] = {}
    published: list[Record] = []
    while time.monotonic() < deadline:
        got = {
            fact_key(record["item_id"], record["site_id"]): record
            for _, _, record in log.read("state.stock-position.v1")
        }
        published = [record for _, _, record in log.read("alert.stockout.v1")]
        if got == wanted and {each["event_id"] for each in published} == transitions:
            break
    assert got == wanted
    assert {each["event_id"] for each in published} == transitions
    assert {each["alert_id"] for each in published} == alerts
    restarts = {each.name: each.restarts for each in workers.status().components}
    assert restarts == {"stock": 3, "pooling": 2}
