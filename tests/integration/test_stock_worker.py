"""The real stock and pooling workers, killed on the way: the log alone decides what comes out."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher, whole_topics
from adapters.registry import RegistryCodecs, RegistrySettings
from domain.facts import BROADCAST, FactKind, StockFact, fact_key
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
from tests.integration.stock_histories import a_history

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SOURCE = "clean.stock-fact.v1"
STOCK = ("-m", "stream_processors.stock")


def worker(
    name: str, argv: tuple[str, ...], port: int, tmp_path: Path, env: dict[str, str]
) -> Component:
    return Component(
        name=name,
        argv=(sys.executable, *argv),
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
def env(kafka: RunningKafka, registry: RunningRegistry) -> dict[str, str]:
    apply_topics(kafka.bootstrap_servers, registry.url)
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "REGISTRY_URL": registry.url,
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def workers(tmp_path: Path, env: dict[str, str], stock: tuple[str, ...] = STOCK) -> Iterator[Stack]:
    ports = free_ports(2)
    components = [
        worker("stock", stock, ports[0], tmp_path, env),
        worker("pooling", ("-m", "stream_processors.pooling"), ports[1], tmp_path, env),
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
        self.publisher.close()
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
        return [
            (message.partition(), message.offset(), self.codecs.decode(name, message.value()))
            for message in whole_topics(self.settings, [name], client_id="test")
        ]


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
    kafka: RunningKafka, registry: RunningRegistry, env: dict[str, str], tmp_path: Path
) -> None:
    with closing(Log(kafka, registry)) as log, workers(tmp_path, env) as running:
        publish_among_kills(log, running)
        assert_what_the_log_says(log)
        restarts = {each.name: each.restarts for each in running.status().components}
    assert restarts == {"stock": 3, "pooling": 2}


@pytest.mark.parametrize("last", [False, True], ids=["in the middle", "the last of all"])
def test_a_record_that_faust_loses_is_read_again(
    kafka: RunningKafka,
    registry: RunningRegistry,
    env: dict[str, str],
    tmp_path: Path,
    *,
    last: bool,
) -> None:
    history = a_history(f"lossy-{last}-", keys=8, days=20)
    of_keys = [each for each in history if each.kind not in BROADCAST]
    lost = tmp_path / "lost"
    losing = str(Path(__file__).with_name("losing_worker.py"))
    stock = (losing, of_keys[-1 if last else -40].event_id, str(lost))
    with closing(Log(kafka, registry)) as log, workers(tmp_path, env, stock) as running:
        ready_pid(running, "stock", but=None)
        log.publish(history)
        assert_what_the_log_says(log)
        restarts = running.status().component("stock").restarts
    assert lost.exists()
    assert restarts == 0


def publish_among_kills(log: Log, workers: Stack) -> None:
    history = a_history("event", keys=40, days=60)
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


def assert_what_the_log_says(log: Log) -> None:
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
