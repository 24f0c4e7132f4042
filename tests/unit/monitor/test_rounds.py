"""One round after the other, with what can go wrong in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from domain.errors import TransientError
from operations.monitor.board import Board, Sample
from operations.monitor.consumers import CONSUMERS, Consumer
from operations.monitor.files import Source
from operations.monitor.log_ends import Coordinates, Ends
from operations.monitor.positions import Positions
from operations.monitor.rounds import Rounds
from schemas.topics import Topic

FACTS = "clean.stock-fact.v1"
AT = (FACTS, 3)
NOW = 1_000.0


class Log:
    """One partition with ten records, the record at n published at n seconds."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked: list[Mapping[Coordinates, int]] = []

    def ends(self, topics: Iterable[Topic]) -> dict[Coordinates, Ends]:
        if self.is_away:
            msg = "the broker is away"
            raise TransientError(msg)
        empty = {(t.name, p): Ends(0, 0, None) for t in topics for p in range(t.partitions)}
        return {**empty, AT: Ends(0, 10, 9_000)}

    def published_ms(self, offsets: Mapping[Coordinates, int]) -> dict[Coordinates, int]:
        self.asked.append(dict(offsets))
        return {at: offset * 1_000 for at, offset in offsets.items()}


class Store:
    """Positions that a test sets; None cannot be read."""

    def __init__(self, held: Positions | None) -> None:
        self.held = held

    def read(self, ends: Mapping[Coordinates, Ends]) -> Positions:
        if self.held is None:
            msg = "the store is locked"
            raise TransientError(msg)
        return {at: offset for at, offset in self.held.items() if at in ends}


class Measuring:
    """Rounds over stores of which each has everything, and what a scrape sees after one."""

    def __init__(self) -> None:
        self.log, self.files = Log(), dict[str, Source]()
        self.stores: dict[Consumer, Store] = {each: Store({AT: 10}) for each in CONSUMERS}
        board = Board()
        self._registry = CollectorRegistry()
        self._registry.register(board)
        self._rounds = Rounds(board, self.log, self.stores, self.files, lambda: NOW)

    def store(self, component: str) -> Store:
        return next(s for each, s in self.stores.items() if each.component == component)

    def round(self) -> None:
        self._rounds.measure()

    def seen(self, name: str, **labels: str) -> float | None:
        return self._registry.get_sample_value(name, labels)


@pytest.fixture
def measuring() -> Measuring:
    return Measuring()


def test_each_component_is_measured_in_the_topics_that_name_it(measuring: Measuring) -> None:
    measuring.store("stock").held = {AT: 4}
    measuring.round()
    assert measuring.seen("nova_lag_records", component="stock", topic=FACTS) == 6
    assert measuring.seen("nova_lag_seconds", component="stock", topic=FACTS) == NOW - 4
    assert measuring.seen("nova_lag_records", component="live-view", topic=FACTS) == 0
    assert measuring.seen("nova_lag_records", component="pooling", topic=FACTS) is None
    assert measuring.seen("nova_topic_records_total", topic=FACTS) == 10


def test_a_record_that_still_waits_is_not_asked_for_again(measuring: Measuring) -> None:
    measuring.store("stock").held = {AT: 4}
    measuring.round()
    measuring.round()
    assert measuring.log.asked == [{AT: 4}]
    measuring.store("stock").held = {AT: 5}
    measuring.round()
    assert measuring.log.asked[1:] == [{AT: 5}]


def test_two_who_wait_at_one_partition_are_asked_for_one_after_the_other(
    measuring: Measuring,
) -> None:
    measuring.store("stock").held = {AT: 4}
    measuring.store("lakehouse").held = {AT: 2}
    measuring.store("live-view").held = {AT: 4}
    measuring.round()
    assert measuring.log.asked == [{AT: 2}, {AT: 4}]
    assert measuring.seen("nova_lag_seconds", component="lakehouse", topic=FACTS) == NOW - 2
    assert measuring.seen("nova_lag_seconds", component="live-view", topic=FACTS) == NOW - 4


def test_a_store_that_cannot_be_read_is_missing_alone_and_counted(measuring: Measuring) -> None:
    measuring.round()
    measuring.store("live-view").held = None
    measuring.round()
    assert measuring.seen("nova_lag_records", component="live-view", topic=FACTS) is None
    assert measuring.seen("nova_lag_records", component="stock", topic=FACTS) == 0
    assert measuring.seen("nova_monitor_failures_total", reason="live-view") == 1
    assert measuring.seen("nova_monitor_failures_total", reason="stock") == 0


def test_while_the_broker_is_away_lag_is_missing_and_files_are_still_read(
    measuring: Measuring,
) -> None:
    def up(_: Path) -> Iterator[Sample]:
        yield Sample("nova_component_up", 1, ("stock",))

    measuring.files["components"] = (up, Path("status.json"))
    measuring.round()
    measuring.log.is_away = True
    measuring.round()
    assert measuring.seen("nova_lag_records", component="stock", topic=FACTS) is None
    assert measuring.seen("nova_component_up", component="stock") == 1
    assert measuring.seen("nova_monitor_failures_total", reason="log") == 1
    assert measuring.seen("nova_monitor_measured_timestamp_seconds") == NOW


def test_every_failure_that_is_counted_is_there_before_the_first(measuring: Measuring) -> None:
    measuring.round()
    assert measuring.seen("nova_monitor_failures_total", reason="log") == 0
