"""The lakehouse sink over a log in memory: stopped anywhere, it loses and repeats nothing."""

from __future__ import annotations

import itertools
import threading
from collections import Counter

import pytest
from deltalake import DeltaTable

from adapters.kafka.headers import dead_letter_headers
from adapters.telemetry import Readiness
from domain.errors import TransientError
from schemas.topics import topic, topics
from sinks.lakehouse.pending import Cadence
from sinks.lakehouse.sink import Lakehouse
from sinks.lakehouse.tables import table_of
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.records import a_fact

RAW, FACTS = "raw.stock-count.v1", "clean.stock-fact.v1"
TOPICS = [topic(name) for name in (RAW, FACTS, f"{RAW}.dlq", f"{FACTS}.dlq")]
CODECS = LocalCodecs()


class Stops:
    """Stops a session after so many looks at it, or breaks it off."""

    def __init__(self, after: int) -> None:
        self._looks = itertools.count()
        self._after = after

    def is_set(self) -> bool:
        return next(self._looks) >= self._after


def a_log() -> InMemoryLog:
    return InMemoryLog({each.name: each.partitions for each in TOPICS})


def sink(log: InMemoryLog, lake: object, **given: object) -> Lakehouse:
    given = {"cadence": Cadence(longest_seconds=0.0), "publisher": InMemoryPublisher(), **given}
    return Lakehouse(
        lake_uri=str(lake),
        topics=TOPICS,
        log=log,
        decoder=CODECS,
        readiness=Readiness(),
        **given,  # type: ignore[arg-type]
    )


def offsets(lake: object, table: str, *names: str) -> Counter[tuple[object, ...]]:
    found = DeltaTable(f"{lake}/{table}").to_pyarrow_table(columns=list(names))
    return Counter(zip(*(found[name].to_pylist() for name in names), strict=True))


def run(lakehouse: Lakehouse, *, reads: int = 1) -> None:
    lakehouse.session(Stops(after=reads))  # type: ignore[arg-type]


def test_raw_records_go_to_bronze_and_facts_to_silver(tmp_path):
    log = a_log()
    for partition in range(3):
        log.append(RAW, b"count", partition=partition)
        log.append(FACTS, CODECS.encode(FACTS, a_fact(f"e{partition}")), partition=partition)
    run(sink(log, tmp_path))
    assert offsets(tmp_path, "bronze/stock_count", "partition", "offset").total() == 3
    assert offsets(tmp_path, "silver/stock_fact", "event_id") == Counter(
        [("e0",), ("e1",), ("e2",)]
    )


def test_a_second_session_reads_on_and_repeats_nothing(tmp_path):
    log = a_log()
    log.append(RAW, b"first")
    run(sink(log, tmp_path))
    log.append(RAW, b"second")
    run(sink(log, tmp_path))
    assert offsets(tmp_path, "bronze/stock_count", "offset") == Counter([(0,), (1,)])


def test_a_batch_of_poison_alone_is_passed_and_dead_lettered(tmp_path):
    log, publisher = a_log(), InMemoryPublisher()
    for _ in range(3):
        log.append(FACTS, b"poison")
    run(sink(log, tmp_path, publisher=publisher))
    assert [each.topic for each in publisher.delivered] == [f"{FACTS}.dlq"] * 3
    assert offsets(tmp_path, "silver/stock_fact", "_offset") == Counter()

    run(sink(log, tmp_path, publisher=publisher))
    assert len(publisher.delivered) == 3


def test_an_offset_never_passes_a_record_whose_dead_letter_is_not_acknowledged(tmp_path):
    class Refusing(InMemoryPublisher):
        def flush(self) -> None:
            msg = "not acknowledged"
            raise TransientError(msg)

    log = a_log()
    log.append(FACTS, b"poison")
    with pytest.raises(TransientError):
        run(sink(log, tmp_path, publisher=Refusing()))

    publisher = InMemoryPublisher()
    run(sink(log, tmp_path, publisher=publisher))
    assert len(publisher.delivered) == 1


def test_dead_letters_of_every_topic_share_one_table(tmp_path):
    log = a_log()
    for name in (RAW, FACTS):
        headers = dead_letter_headers(
            reason="undated", detail="", topic=name, partition=1, offset=9, timestamp_ms=1,
            schema_id=None,
        )  # fmt: skip
        log.append(f"{name}.dlq", b"x", headers=headers)
    run(sink(log, tmp_path))
    assert offsets(tmp_path, "silver/dead_letter", "topic", "partition", "offset") == Counter(
        [(RAW, 1, 9), (FACTS, 1, 9)]
    )


def test_an_idle_table_is_not_committed_to(tmp_path):
    log = a_log()
    log.append(RAW, b"count")
    run(sink(log, tmp_path), reads=5)
    assert DeltaTable(f"{tmp_path}/bronze/stock_count").version() == 2  # made, described, one batch
    assert DeltaTable(f"{tmp_path}/silver/stock_fact").version() == 1


def test_it_is_ready_once_it_reads(tmp_path):
    lakehouse = sink(a_log(), tmp_path)
    assert lakehouse.readiness.why_not == "starting"
    stopping = threading.Event()
    stopping.set()
    lakehouse.session(stopping)
    assert lakehouse.readiness.why_not is None


def test_every_topic_has_a_table_and_raw_bytes_never_meet_decoded_fields():
    tables = {each.name: table_of(each) for each in topics()}
    assert len(tables) > 20
    for name, table in tables.items():
        assert table.startswith("bronze/") == (name.startswith("raw.") and not name.endswith("dlq"))
