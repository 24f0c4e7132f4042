"""The lakehouse sink against the real broker and registry, killed while it drains."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from deltalake import DeltaTable

from adapters.delta import stored_positions
from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.registry import RegistryCodecs
from schemas.topics import Topic, topic, topics
from sinks.kafka_log import KafkaLog
from sinks.lakehouse.tables import APP, DEAD_LETTER, table_of
from sinks.log import LogRecord
from sinks.resume import all_partitions
from tests.fakes.log import SourceLogContract
from tests.fakes.publisher import PublisherContract
from tests.fakes.records import a_fact
from tests.integration.conftest import RunningKafka, RunningRegistry
from tests.integration.fresh_topics import make_anew
from tests.integration.lake_traffic import (
    FACTS,
    POISON_EVERY,
    RAW,
    REFUSED,
    producing,
    publish_some,
)
from tests.integration.sink_process import SinkProcess, running, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

Triple = tuple[str, int, int]


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return environment | {
        "LAKE_URI": str(tmp_path / "lake"),
        "LAKE_COMMIT_SECONDS": "0.05",  # commits all the time, so that kills hit them
    }


@pytest.fixture
def log(settings: KafkaSettings) -> Iterator[KafkaLog]:
    with closing(KafkaLog(settings, client_id="tests.lakehouse")) as log:
        yield log


def commits_in(sink: SinkProcess) -> int:
    return sink.log.read_text().count("batch_written")


def in_kafka(log: KafkaLog, name: str) -> list[LogRecord]:
    bounds = log.bounds(all_partitions(log.describe([name])))
    log.assign({at: bound.low for at, bound in bounds.items()})
    wanted = sum(bound.high - bound.low for bound in bounds.values())
    found: list[LogRecord] = []
    until(
        lambda: bool(found.extend(log.read(most=10_000, seconds=0.2))) or len(found) >= wanted,
        seconds=60,
        what=f"{wanted} records of {name}",
    )
    return found


def has_caught_up(log: KafkaLog, lake: str, each: Topic) -> bool:
    described = log.describe([each.name])
    held = stored_positions(lake, table_of(each), APP)
    topic_id = described[each.name].topic_id
    return all(
        held.get((topic_id, at[1]), -1) + 1 >= bound.high or bound.high == bound.low
        for at, bound in log.bounds(all_partitions(described)).items()
    )


def wait_for_the_lake(log: KafkaLog, lake: str, *, seconds: float = 60) -> None:
    # The order matters: what cannot be decoded in the others reaches the dead letters late.
    for each in sorted(topics(), key=lambda each: each.is_dead_letter):
        until(
            lambda each=each: has_caught_up(log, lake, each),
            seconds=seconds,
            what=f"the lake to hold {each.name}",
            every=0.25,  # a look opens the table
        )


def column_rows(lake: str, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = DeltaTable(f"{lake}/{table}").to_pyarrow_table(columns=list(columns))
    return list(zip(*(found[name].to_pylist() for name in columns), strict=True))


def test_kills_while_draining_neither_lose_nor_repeat_a_record(
    settings: KafkaSettings,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    log: KafkaLog,
    tmp_path: Path,
) -> None:
    chance = random.Random(3)
    lake = environment["LAKE_URI"]
    with (
        running("sinks.lakehouse", environment, tmp_path / "log") as sink,
        producing(settings, codecs) as produced,
    ):
        for _ in range(5):
            commits = commits_in(sink) + chance.randrange(1, 6)
            until(lambda at=commits: commits_in(sink) >= at, seconds=60, what="commits")
            # Anywhere between two commits, or in the middle of one.
            time.sleep(chance.uniform(0, 0.3))
            sink.kill()
            sink.start()
        produced.stop()
        wait_for_the_lake(log, lake)
        assert sink.stop() == 0

    raw = in_kafka(log, RAW)
    coordinates = [(each.topic, each.partition, each.offset) for each in raw]
    assert len(coordinates) >= produced.count
    bronze = column_rows(lake, "bronze/requisition_line", "topic", "partition", "offset")
    assert Counter(bronze) == Counter(coordinates)

    facts = in_kafka(log, FACTS)
    bad = {at(each) for each in facts if each.value == b"\x00poison"}
    good = Counter(at(each) for each in facts) - Counter(bad)
    silver = column_rows(lake, "silver/stock_fact", "_topic", "_partition", "_offset")
    refused = column_rows(lake, DEAD_LETTER, "topic", "partition", "offset")
    assert bad
    assert Counter(silver) == good
    assert bad <= set(refused)
    assert {(RAW, 0, number) for number in range(0, produced.count, POISON_EVERY)} <= set(refused)


def at(record: LogRecord) -> Triple:
    return record.topic, record.partition, record.offset


def test_bronze_holds_the_bytes_and_silver_the_fields(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    log: KafkaLog,
    tmp_path: Path,
) -> None:
    publish_some(publisher, codecs, range(1, 4))
    lake = environment["LAKE_URI"]
    with running("sinks.lakehouse", environment, tmp_path / "log"):
        wait_for_the_lake(log, lake)

    values = {at(each): (each.key, each.value, each.timestamp_us) for each in in_kafka(log, RAW)}
    rows = DeltaTable(f"{lake}/bronze/requisition_line").to_pyarrow_table().to_pylist()
    assert len(rows) == len(values)
    for row in rows:
        key, value, timestamp = values[row["topic"], row["partition"], row["offset"]]
        assert (row["key"], row["value"]) == (key, value)
        assert round(row["timestamp"].timestamp() * 1e6) == timestamp
        assert (row["dataset_id"], row["version"]) == (RAW, "1")
    assert {row["source"] for row in rows if row["value"].startswith(b"line")} == {"erp"}
    decoded = DeltaTable(f"{lake}/silver/stock_fact").to_pyarrow_table().to_pylist()
    found = [row for row in decoded if row["event_id"] == "e3"]
    assert found
    assert {row["quantity_milli"] for row in found} == {a_fact("e3")["quantity_milli"]}
    assert all(row["_schema_id"] is not None for row in decoded)


@pytest.mark.usefixtures("settings")
def test_every_table_is_there_before_its_first_record(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with running("sinks.lakehouse", environment, tmp_path / "log"):
        tables = {table_of(each) for each in topics()}
        assert len(tables) == sum(not each.is_dead_letter for each in topics()) + 1
        for table in tables:
            assert DeltaTable(f"{environment['LAKE_URI']}/{table}").schema().fields


def test_a_lake_of_another_broker_is_refused_with_a_sentence(
    publisher: Publisher,
    kafka: RunningKafka,
    registry: RunningRegistry,
    environment: dict[str, str],
    log: KafkaLog,
    tmp_path: Path,
) -> None:
    ticks = topic("raw.clock-tick.v1")
    publisher.publish(OutgoingRecord(ticks.name, b"simulated", b"tick"))
    publisher.flush()
    with running("sinks.lakehouse", environment, tmp_path / "log"):
        wait_for_the_lake(log, environment["LAKE_URI"])
    make_anew(kafka, registry, ticks.name)
    again = SinkProcess("sinks.lakehouse", environment, tmp_path / "again")
    again.launch()

    assert again.exit_code(seconds=60) == 2
    said = (tmp_path / "again").read_text()
    assert "was written from another broker" in said
    assert "move" in said


class TestKafkaLog(SourceLogContract):
    topic = "tests.contract.v1"

    @pytest.fixture(autouse=True)
    def fresh(self, settings: KafkaSettings, log: KafkaLog, publisher: Publisher) -> None:
        admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
        if self.topic not in admin.list_topics(timeout=10).topics:
            admin.create_topics([NewTopic(self.topic, 2, 1)])[self.topic].result(30)
        self._log = log
        self._publisher = publisher

    def log(self) -> KafkaLog:
        return self._log

    def put(self, partition: int, value: bytes) -> None:
        self._publisher.publish(OutgoingRecord(self.topic, b"k", value, partition=partition))
        self._publisher.flush()


class TestKafkaPublisher(PublisherContract):
    topic = REFUSED

    @pytest.fixture(autouse=True)
    def fresh(self, log: KafkaLog, publisher: Publisher) -> None:
        self._log = log
        self._publisher = publisher

    def publisher(self) -> Publisher:
        return self._publisher

    def delivered(self, expected: int) -> list[tuple[bytes | None, bytes | None, list[str]]]:
        found = in_kafka(self._log, self.topic)[-expected:]
        return [(each.key, each.value, [name for name, _ in each.headers]) for each in found]
