"""Whatever a worker is given or not given: what it commits, it has processed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from adapters.kafka import KafkaSettings
from stream_processors.acknowledgement import (
    GapFree,
    ProcessedConsumer,
    SkippedRecordError,
    Stalled,
)
from stream_processors.faust_app import application, process_all

TOPIC = "clean.stock-fact.v1"
NOWHERE = KafkaSettings(bootstrap_servers="127.0.0.1:9")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with closing(asyncio.new_event_loop()) as loop:
        asyncio.set_event_loop(loop)
        made = application("tests", NOWHERE, tmp_path_factory.mktemp("state"))
        made.loop = loop
        asyncio.set_event_loop(None)
        yield made


@pytest.fixture(scope="module")
def life(app: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that starts the consumer anew, with nothing known but the commits."""
    with consumer_of(app, ProcessedConsumer) as consumer:

        def start(committed: Mapping[int, int] = MappingProxyType({})) -> Any:
            consumer._reset_state()
            consumer._begun.clear()
            consumer._processed.clear()
            consumer._committed_offset.clear()
            consumer._committed_offset.update({at(p): o for p, o in committed.items()})
            return consumer

        yield start


@contextmanager
def consumer_of(app: Any, kind: Callable[..., Any]) -> Iterator[Any]:
    """Make a consumer that is never started, and close the loop of its thread."""
    made = kind(
        app.transport,
        callback=_nothing,
        on_partitions_revoked=_nothing,
        on_partitions_assigned=_nothing,
        loop=app.loop,
    )
    with closing(made._thread.thread_loop):
        yield made


def test_the_application_consumes_with_it(app: Any) -> None:
    assert app.transport.Consumer is ProcessedConsumer


def at(partition: int) -> TP:
    return TP(TOPIC, partition)


def events(*places: tuple[int, int]) -> list[Any]:
    return [
        SimpleNamespace(message=SimpleNamespace(tp=at(partition), offset=offset))
        for partition, offset in places
    ]


def committed(consumer: Consumer) -> dict[int, int]:
    """Commit as Faust does: for every partition of which something was acknowledged."""
    offers = consumer._filter_committable_offsets(consumer._filter_tps_with_pending_acks())
    consumer._committed_offset.update(offers)
    return {tp.partition: offset for tp, offset in offers.items()}


def acknowledge(consumer: Consumer, given: Iterable[Any]) -> None:
    """Acknowledge what was delivered, as a stream does."""
    for event in given:
        consumer._acked[event.message.tp].append(event.message.offset)


class HeldLog:
    """A log that holds these records of any partition, and what is committed of it."""

    def __init__(self, *offsets: int, committed: Mapping[int, int] = MappingProxyType({})) -> None:
        self.offsets = offsets
        self.safe = committed

    async def committed(self, tp: TP) -> int:
        return self.safe.get(tp.partition, 0)

    async def holds_records(self, _tp: TP, first: int, before: int) -> bool:
        return any(first <= offset < before for offset in self.offsets)


def gap_free(consumer: Any, log: HeldLog) -> GapFree:
    app: Any = SimpleNamespace(
        consumer=consumer, topics=SimpleNamespace(acks_enabled_for=TOPIC.__eq__)
    )
    return GapFree(app, log)


def test_faust_itself_commits_over_one_record_that_was_not_delivered(app: Any) -> None:
    """Why all this is here: when this fails, Faust has been mended."""
    with consumer_of(app, Consumer) as consumer:
        consumer._committed_offset[at(1)] = 254
        acknowledge(consumer, events((1, 255), (1, 256)))
        assert committed(consumer) == {1: 257}


def test_a_record_that_was_not_delivered_is_missed(life: Any) -> None:
    consumer, done = life(), list[int]()
    given = events((1, 255), (1, 256))
    log = HeldLog(254, committed={1: 254})
    account = gap_free(consumer, log)
    asyncio.run(account.process(given, into(done)))
    acknowledge(consumer, given)
    assert (done, committed(consumer)) == ([], {1: 254})
    asyncio.run(account.process(events((1, 254), (1, 255)), into(done)))
    acknowledge(consumer, given)
    assert (done, committed(consumer)) == ([254, 255], {1: 256})


def test_what_the_log_no_longer_holds_is_not_missed(life: Any) -> None:
    consumer, done = life(), list[int]()
    given = events((1, 70), (1, 71))
    asyncio.run(gap_free(consumer, HeldLog(70, 71)).process(given, into(done)))
    acknowledge(consumer, given)
    assert (done, committed(consumer)) == ([70, 71], {1: 72})


def test_the_first_records_may_come_before_faust_knows_what_is_committed(life: Any) -> None:
    consumer, done = life(), list[int]()
    log = HeldLog(*range(700), committed={1: 624})
    asyncio.run(gap_free(consumer, log).process(events((1, 624)), into(done)))
    assert done == [624]


def test_what_comes_again_is_passed_over(life: Any) -> None:
    done = list[int]()
    account = gap_free(life(), HeldLog(0, 1, 2))
    asyncio.run(account.process(events((1, 0), (1, 1)), into(done)))
    asyncio.run(account.process(events((1, 0), (1, 1), (1, 2)), into(done)))
    assert done == [0, 1, 2]


def test_after_a_partition_has_been_away_what_is_committed_counts(life: Any) -> None:
    consumer, done, log = life(), list[int](), HeldLog(*range(10))
    account = gap_free(consumer, log)
    asyncio.run(account.process(events((1, 0), (1, 1)), into(done)))
    asyncio.run(consumer.on_partitions_revoked({at(1)}))
    assert consumer.expected(at(1)) is None
    log.safe = {1: 5}  # somebody else went on
    asyncio.run(account.process(events((1, 5)), into(done)))
    assert done == [0, 1, 5]


def test_a_batch_that_a_rebalance_overtakes_is_processed_again(life: Any) -> None:
    consumer, done = life(), list[int]()
    account = gap_free(consumer, HeldLog(*range(10)))

    async def overtaken(given: Sequence[Any]) -> None:
        await consumer.on_partitions_revoked({at(1)})
        done.extend(each.message.offset for each in given)

    asyncio.run(account.process(events((1, 0), (1, 1)), overtaken))
    acknowledge(consumer, events((1, 0), (1, 1)))
    assert committed(consumer) == {}
    asyncio.run(account.process(events((1, 0), (1, 1)), into(done)))
    assert done == [0, 1, 0, 1]


def test_a_batch_that_fails_may_not_be_committed(life: Any) -> None:
    consumer, given = life(), events((0, 0), (1, 0))

    async def fail(_events: Sequence[Any]) -> None:
        msg = "the broker is away"
        raise OSError(msg)

    with pytest.raises(OSError, match="away"):
        asyncio.run(gap_free(consumer, HeldLog(0)).process(given, fail))
    acknowledge(consumer, given)
    assert committed(consumer) == {}


@given(
    lost=st.lists(st.booleans(), min_size=1, max_size=30),
    size=st.integers(1, 6),
    partitions=st.integers(1, 3),
)
def test_whatever_is_lost_on_its_way_is_processed_in_the_end(
    life: Any, lost: list[bool], size: int, partitions: int
) -> None:
    """Each True is a record that gets lost once, and what follows it comes too early."""
    places = [(n % partitions, n // partitions) for n in range(len(lost) + partitions)]
    # The last of each partition arrives: of what follows nothing, `Stalled` tells.
    to_lose = {place for place, gone in zip(places, lost, strict=False) if gone}
    done, safe = list[tuple[int, int]](), dict[int, int]()

    async def keep(given: Sequence[Any]) -> None:
        done.extend((each.message.tp.partition, each.message.offset) for each in given)

    consumer = life(safe)
    account = gap_free(consumer, HeldLog(*range(len(places))))
    while set(done) != set(places):
        # What is delivered after each `read_again`: all that is not processed, from there on.
        due = {p: asyncio.run(account._expected(at(p))) for p in range(partitions)}
        log = [place for place in places if place[1] >= due[place[0]]]
        for start in range(0, len(log), size):
            batch = log[start : start + size]
            given = events(*(place for place in batch if place not in to_lose))
            to_lose.difference_update(batch)
            asyncio.run(account.process(given, keep))
            acknowledge(consumer, given)
            safe.update(committed(consumer))
            assert all((p, each) in done for p, end in safe.items() for each in range(end))
    assert len(done) == len(places)


def test_a_record_that_does_not_come_is_asked_for_again_and_missed_after_some_looks() -> None:
    stalled = Stalled(3)
    assert stalled.look({at(0): 7, at(1): 3}) == {}
    assert stalled.look({at(0): 7, at(1): 4}) == {at(0): 7}
    assert stalled.look({at(1): 4}) == {at(1): 4}
    assert stalled.look({at(0): 7, at(1): 5}) == {}
    assert stalled.look({at(0): 7, at(1): 6}) == {at(0): 7}
    with pytest.raises(SkippedRecordError, match=r"\[0\]: offset 7 waits"):
        stalled.look({at(0): 7, at(1): 7})


def test_what_waits_is_what_the_log_has_and_nobody_has_processed(
    life: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumer = life()
    ends = {at(0): 6, at(1): 5, at(2): None, TP("a-changelog", 0): 9}
    monkeypatch.setattr(consumer, "assignment", lambda: set(ends))
    monkeypatch.setattr(consumer, "highwater", ends.get)
    account = gap_free(consumer, HeldLog(committed={0: 5, 1: 5, 2: 5}))
    assert asyncio.run(account.waiting()) == {at(0): 5}
    asyncio.run(account.process(events((0, 5)), into([])))
    assert asyncio.run(account.waiting()) == {}


def test_the_process_ends_where_a_batch_cannot_be_processed(
    life: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    account = gap_free(life(), HeldLog())
    monkeypatch.setattr(
        "stream_processors.faust_app.end_process", lambda error: ended.append(str(error))
    )

    async def batches() -> Any:
        yield events((0, 0))

    async def fail(_events: Sequence[Any]) -> None:
        msg = "no room"
        raise OSError(msg)

    async def run() -> int:
        return len([None async for _ in process_all(account, batches(), fail)])

    assert asyncio.run(run()) == 1
    assert ended == ["no room"]


def into(done: list[int]) -> Any:
    async def keep(given: Sequence[Any]) -> None:
        done.extend(each.message.offset for each in given)

    return keep


async def _nothing(*_: object) -> None:
    """Stand in for what Faust does besides."""
