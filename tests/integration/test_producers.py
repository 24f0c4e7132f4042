"""The producers against the real broker and registry: what went in is what can be read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from confluent_kafka import Message

from adapters.kafka import KafkaSettings, PartitionReader, Publisher
from adapters.registry import RegistryCodecs
from domain.instants import DAY
from producers.clock import ticks
from producers.erp_requisitions import read_requisitions, to_event
from producers.erp_requisitions.publishing import publish_file
from producers.generated_requisitions import generate, write_file
from producers.simulated_warehouse import simulate
from producers.timeline import EventPublisher, merged
from schemas.codec import Record
from schemas.partitioning import partition_of
from schemas.topics import topic
from tests.integration.conftest import ROOT, RunningKafka, RunningRegistry, free_ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

LINES = 200
REQUISITIONS, TICKS = "raw.requisition-line.v1", "raw.clock-tick.v1"


@pytest.fixture
def publisher(publisher: Publisher, codecs: RegistryCodecs) -> EventPublisher:
    return EventPublisher(publisher, codecs)


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    path = tmp_path / "gerado.xlsx"
    write_file(generate(LINES, seed=11), path)
    return path


class Tail:
    """What is added to some topics from now on: other tests use the same broker."""

    def __init__(self, settings: KafkaSettings, *names: str) -> None:
        self._reader = PartitionReader(settings, client_id="tests.producers.tail")
        start = dict.fromkeys(
            ((name, p) for name in names for p in range(topic(name).partitions)), 0
        )
        self._reader.assign(self._reader.end_offsets(start))

    def read(self, count: int, *, within_seconds: float = 30.0) -> list[Message]:
        """Return at least so many new records."""
        deadline = time.monotonic() + within_seconds
        found: list[Message] = []
        while len(found) < count and time.monotonic() < deadline:
            found += self._reader.read(most=1000, seconds=0.2)
        return found

    def close(self) -> None:
        self._reader.close()


def decoded(codecs: RegistryCodecs, messages: list[Message]) -> list[Record]:
    return [codecs.decode(message.topic(), message.value()) for message in messages]


def environment(kafka: RunningKafka, registry: RunningRegistry) -> dict[str, str]:
    return os.environ | {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "REGISTRY_URL": registry.url,
    }


def until(holds: Callable[[], bool], *, within_seconds: float, what: str) -> None:
    deadline = time.monotonic() + within_seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within_seconds} s: {what}")
        time.sleep(0.05)


def test_every_line_of_a_file_is_one_record_in_its_keys_partition(
    settings: KafkaSettings, codecs: RegistryCodecs, publisher: EventPublisher, generated: Path
) -> None:
    with closing(Tail(settings, REQUISITIONS)) as tail:
        assert publish_file(generated, publisher) == LINES
        messages = tail.read(LINES)
    written = [to_event(line).record for line in read_requisitions(generated)]
    assert Counter(map(repr, decoded(codecs, messages))) == Counter(map(repr, written))
    partitions = topic(REQUISITIONS).partitions
    assert {m.partition() == partition_of(m.key(), partitions) for m in messages} == {True}
    assert all(dict(m.headers())["ce_source"] == b"erp" for m in messages)


def test_a_file_published_twice_has_the_same_ids_twice(
    settings: KafkaSettings, codecs: RegistryCodecs, publisher: EventPublisher, generated: Path
) -> None:
    with closing(Tail(settings, REQUISITIONS)) as tail:
        publish_file(generated, publisher)
        once = Counter(r["event_id"] for r in decoded(codecs, tail.read(LINES)))
        publish_file(generated, publisher)
        again = Counter(r["event_id"] for r in decoded(codecs, tail.read(LINES)))
    assert once == again
    assert once.total() == LINES


def test_a_whole_timeline_arrives_and_says_where(
    settings: KafkaSettings, publisher: EventPublisher, generated: Path
) -> None:
    lines = list(read_requisitions(generated))
    simulation = simulate(lines)
    events = merged(
        simulation.events,
        map(to_event, lines),
        ticks(simulation.start, simulation.end, 7 * DAY),
    )
    delivered: list[tuple[str, str, int, int]] = []
    names = sorted({event.topic for event in events})
    assert len(names) == 7
    with closing(Tail(settings, *names)) as tail:
        published = publisher.publish(events, lambda *coordinates: delivered.append(coordinates))
        publisher.flush()
        messages = tail.read(len(events))
    assert published == len(delivered) == len(messages) == len(events)
    stored = {(m.topic(), m.partition(), m.offset()): m for m in messages}
    ids = {
        dict(stored[where].headers())["ce_id"].decode()
        for _, *rest in delivered
        if (where := tuple(rest))
    }
    assert ids == {event.event_id for event in events}


@pytest.mark.usefixtures("settings")  # the topics exist
def test_the_module_publishes_a_file_and_refuses_a_broken_one_with_a_sentence(
    kafka: RunningKafka, registry: RunningRegistry, generated: Path
) -> None:
    def run(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "producers.erp_requisitions", str(path)],
            cwd=ROOT,
            env=environment(kafka, registry),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    good, missing = run(generated), run(generated.with_name("nowhere.xlsx"))
    assert good.returncode == 0, good.stderr
    assert f'"lines": {LINES}' in good.stdout
    assert missing.returncode == 2
    assert "nowhere.xlsx: cannot be read" in missing.stdout


def test_the_live_clock_ticks_at_once_is_ready_and_stops_when_told(
    kafka: RunningKafka, registry: RunningRegistry, settings: KafkaSettings, codecs: RegistryCodecs
) -> None:
    (port,) = free_ports(1)
    with closing(Tail(settings, TICKS)) as tail:
        clock = subprocess.Popen(
            [sys.executable, "-m", "producers.clock"],
            cwd=ROOT,
            env=environment(kafka, registry) | {"TELEMETRY_PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            (tick, *_) = decoded(codecs, tail.read(1))
            until(
                lambda: httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200,
                within_seconds=10,
                what="the clock says that it is ready",
            )
        finally:
            clock.send_signal(signal.SIGTERM)
            stopped = clock.wait(timeout=10)
    assert stopped == 0
    assert tick["source"] == "clock"
    assert tick["occurred_at"] % 60_000_000 == 0
