"""The real cleaning job between real topics, killed on the way with everything it had started."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Message

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher, whole_topics
from adapters.kafka.headers import event_headers
from adapters.registry import RegistryCodecs, RegistrySettings
from operations.artifacts import ArtifactStore
from operations.java import find_java
from operations.settings import StackSettings
from operations.supervisor import Component, Stack
from operations.supervisor.probes import http_ready
from operations.topics import apply_topics
from schemas.codec import Record
from schemas.partitioning import broadcast_keys, partition_of
from schemas.topics import topic
from stream_processors.cleaning.clean import RAW_TOPICS, clean
from stream_processors.cleaning.outputs import CLEAN_TOPICS, REQUISITION_LINES, STOCK_FACTS
from stream_processors.cleaning.records import CleanOutput, RawRecord
from tests.integration.conftest import ROOT, RunningRegistry, broker_in, free_ports
from tests.unit.cleaning import raw_records as raw

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

PARTITIONS = 6
UNUSED = "state.stock-position.v1"  # nobody reads it here
PATIENCE_SECONDS = 180  # for a machine that does much else; ten are usual
POISON = b"this is no Avro"


@dataclass
class Log:
    """The topics of a broker of this module's own: the job reads whatever is in them."""

    kafka: KafkaSettings
    registry: RegistrySettings
    codecs: RegistryCodecs
    publisher: Publisher

    def publish(self, topic_name: str, *records: Record) -> None:
        for record in records:
            key = "|".join(str(record[name]) for name in ("item_id", "site_id") if name in record)
            headers = event_headers(
                event_id=record["event_id"],
                event_type=topic_name,
                source=record["source"],
                occurred_at=record["occurred_at"],
            )
            value = self.codecs.encode(topic_name, record)
            self.publish_bytes(topic_name, value, key=key.encode(), headers=headers)

    def publish_bytes(
        self,
        topic_name: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> None:
        self.publisher.publish(OutgoingRecord(topic_name, key, value, headers or []))

    def read(self, topic_name: str) -> list[Message]:
        """Return everything in a topic now."""
        return list(whole_topics(self.kafka, [topic_name], client_id="test"))

    def decoded(self, topic_name: str) -> list[tuple[Message, Record]]:
        return [(m, self.codecs.decode(topic_name, m.value())) for m in self.read(topic_name)]


@pytest.fixture(scope="module")
def log(
    artifacts: ArtifactStore, registry: RunningRegistry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Log]:
    data_dir = tmp_path_factory.mktemp("cleaning-broker")
    ports = free_ports(2)
    with Stack(data_dir, [broker_in(data_dir / "broker", artifacts, ports)]) as stack:
        stack.start(within_seconds=90)
        kafka = KafkaSettings(bootstrap_servers=f"127.0.0.1:{ports[0]}")
        apply_topics(kafka.bootstrap_servers, registry.url)
        where = RegistrySettings(url=registry.url)
        with (
            closing(RegistryCodecs(where)) as codecs,
            closing(Publisher(kafka, client_id="test")) as publisher,
        ):
            yield Log(kafka, where, codecs, publisher)


@pytest.fixture
def job(log: Log, artifacts: ArtifactStore, tmp_path: Path) -> Iterator[Stack]:
    (port,) = free_ports(1)
    component = Component(
        name="cleaning",
        argv=(str(StackSettings(tmp_path).python("flink")), "-m", "stream_processors.cleaning"),
        env={
            "KAFKA_BOOTSTRAP_SERVERS": log.kafka.bootstrap_servers,
            "REGISTRY_URL": log.registry.url,
            "STATE_DIR": str(tmp_path / "state"),
            "TELEMETRY_PORT": str(port),
            "FLINK_JARS": os.pathsep.join(map(str, artifacts.paths("flink"))),
            "JAVA_HOME": str(find_java().home),
            "CLEANING_CHECKPOINT_INTERVAL_MS": "500",
        },
        ready=http_ready(port),
        ready_within_seconds=PATIENCE_SECONDS,
        cwd=ROOT,
        ports=(port,),
    )
    with Stack(tmp_path, [component]) as stack:
        stack.start(within_seconds=PATIENCE_SECONDS)
        yield stack


def movements(start: int, count: int) -> list[Record]:
    sites = [f"S{number}" for number in range(20)]
    return [
        raw.movement(event_id=f"m{n}", document=f"D{n}", item_id="P-1", site_id=sites[n % 20])
        for n in range(start, start + count)
    ]


def publish_one_of_everything(log: Log) -> None:
    log.publish(raw.MOVEMENTS, *movements(0, 100))
    log.publish(raw.MOVEMENTS, *movements(0, 30))  # published again
    log.publish(raw.MOVEMENTS, raw.transfer(event_id="out"), raw.movement(quantity_milli=0))
    log.publish(raw.COUNTS, raw.count(event_id="count"))
    log.publish(raw.COUNTS, raw.count(event_id="count", quantity_milli=77_000))  # the first holds
    log.publish(raw.ORDERS, raw.order(event_id="order"), raw.order(status="lost"))
    log.publish(raw.ITEMS, raw.item(event_id="item"))
    log.publish(raw.SITES, raw.site(event_id="site"), raw.site(event_id="odd", fine_rate=7.0))
    log.publish(raw.TICKS, raw.event(event_id="tick"))
    log.publish(raw.CALENDAR, *2 * [raw.calendar_day()], raw.calendar_day(region="XX"))
    log.publish(raw.PRIORS, raw.prior(event_id="prior"), raw.prior(prior_weeks=-1.0))
    log.publish(
        raw.REQUISITIONS,
        raw.requisition(event_id="wanted"),
        raw.requisition(event_id="service", unit="SR"),
        raw.requisition(event_id="undated", requisitioned_on=None, purchased_on=None),
    )
    log.publish_bytes(raw.COUNTS, POISON, key=b"mine", headers=[("from", b"nowhere")])
    log.publish_bytes(raw.COUNTS, b"\0\xff\xff\xff\xffof no known schema")
    log.publish_bytes(raw.COUNTS, None)
    log.publisher.flush()


def wanted(log: Log) -> dict[str, CleanOutput]:
    """Return what the pure function makes of the raw log, the first of each id."""
    outputs: dict[str, CleanOutput] = {}
    for name in RAW_TOPICS:
        for message in log.read(name):
            for output in clean(raw_record(message), decode=log.codecs.decode):
                outputs.setdefault(output.dedupe_id, output)
    return outputs


def raw_record(message: Message) -> RawRecord:
    return RawRecord(
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
        timestamp_ms=message.timestamp()[1],
        key=message.key(),
        value=message.value(),
        headers=tuple(message.headers() or ()),
    )


def clean_ids(log: Log, topic_name: str) -> Counter[tuple[int, str]]:
    return Counter((m.partition(), r["event_id"]) for m, r in log.decoded(topic_name))


def wanted_ids(outputs: dict[str, CleanOutput], topic_name: str) -> set[tuple[int, str]]:
    return {
        (partition_of(output.key or b"", topic(topic_name).partitions), output.value["event_id"])
        for output in outputs.values()
        if output.topic == topic_name and isinstance(output.value, dict)
    }


def until_clean(log: Log, *, at_least: int) -> None:
    """Wait until there are so many facts, each counted once."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (held := len(clean_ids(log, STOCK_FACTS))) < at_least:
        assert time.monotonic() < deadline, f"only {held} of {at_least} facts"
        time.sleep(0.25)


def kill_with_all_it_started(stack: Stack) -> None:
    (component,) = stack.status().components
    assert component.pid is not None
    os.killpg(os.getpgid(component.pid), signal.SIGKILL)


def dead_letters(log: Log) -> dict[tuple[str, int, int], Message]:
    """Return every dead letter by the coordinates of what was refused; each is there once."""
    found: dict[tuple[str, int, int], Message] = {}
    for name in RAW_TOPICS:
        for message in log.read(f"{name}.dlq"):
            headers = dict(message.headers())
            at = (
                headers["dlq_topic"].decode(),
                int(headers["dlq_partition"]),
                int(headers["dlq_offset"]),
            )
            found[at] = message
    return found


def test_every_client_sends_a_key_to_the_partition_that_we_compute(log: Log) -> None:
    keys = [*broadcast_keys(PARTITIONS), *(f"ITEM{n}|SITE{n}".encode() for n in range(200))]
    for key in keys:
        log.publish_bytes(UNUSED, b"", key=key)
    log.publisher.flush()
    landed = {message.key(): message.partition() for message in log.read(UNUSED)}
    assert landed == {key: partition_of(key, PARTITIONS) for key in keys}


def test_a_killed_job_goes_on_and_nothing_is_lost_or_counted_twice(log: Log, job: Stack) -> None:
    publish_one_of_everything(log)
    until_clean(log, at_least=100)
    log.publish(raw.MOVEMENTS, *movements(100, 4000))
    log.publisher.flush()
    until_clean(log, at_least=300)
    kill_with_all_it_started(job)
    log.publish(raw.MOVEMENTS, *movements(4050, 500))  # some of them once more
    log.publisher.flush()

    outputs = wanted(log)
    until_clean(log, at_least=len(wanted_ids(outputs, STOCK_FACTS)))
    for name in CLEAN_TOPICS:
        assert set(clean_ids(log, name)) == wanted_ids(outputs, name)
    assert_every_partition_has_what_all_must_hear(log)
    assert_facts_are_what_the_pure_function_says(log, outputs)
    assert_dead_letters_are_the_original_bytes(log)
    assert [each.restarts for each in job.status().components] == [1]


def assert_every_partition_has_what_all_must_hear(log: Log) -> None:
    facts = log.decoded(STOCK_FACTS)
    for event_id in ("tick", "item", "site", "prior"):
        partitions = {m.partition() for m, r in facts if r["event_id"] == event_id}
        assert partitions == set(range(PARTITIONS)), event_id
    (announced,) = {m.key() for m, r in facts if r["event_id"] == "out/inbound"}
    assert announced == b"P-1|DEP-1"
    assert {r["event_id"] for _, r in facts if r["kind"] == "requested"} == {"wanted"}
    lines = {r["event_id"] for _, r in log.decoded(REQUISITION_LINES)}
    assert lines == {"wanted", "service"}


def assert_facts_are_what_the_pure_function_says(log: Log, outputs: dict[str, CleanOutput]) -> None:
    """The first copy of a record that was published twice stands, also after the kill."""
    by_id = {
        output.value["event_id"]: output
        for output in outputs.values()
        if output.topic == STOCK_FACTS and isinstance(output.value, dict)
    }
    for message, record in log.decoded(STOCK_FACTS):
        output = by_id[record["event_id"]]
        assert record == output.value
        assert dict(message.headers()) == dict(output.headers)


def assert_dead_letters_are_the_original_bytes(log: Log) -> None:
    letters = dead_letters(log)
    reasons = Counter(dict(m.headers())["dlq_reason"].decode() for m in letters.values())
    once = ("unknown_schema", "invalid_quantity", "unknown_type", "invalid_master",
            "invalid_driver", "invalid_prior", "undated", "conflicting_duplicate")  # fmt: skip
    assert reasons == {"undecodable": 2, **dict.fromkeys(once, 1)}
    for name in RAW_TOPICS:
        for message in log.read(name):
            letter = letters.get((name, message.partition(), message.offset()))
            if letter is not None:
                assert (letter.key(), letter.value()) == (message.key(), message.value())
    (poison,) = [m for m in letters.values() if m.value() == POISON]
    assert dict(poison.headers())["from"] == b"nowhere"
