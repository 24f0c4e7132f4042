"""The pooling worker, killed between any two of its writes: one content for each alert."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Record
from stream_processors.pooling.packing import unpack
from stream_processors.pooling.worker import ALERTS, SOURCE, PoolingWorker
from tests.fakes.decoding import LocalCodecs
from tests.unit.pooling.decisions import a_log, decision, step

CODECS = LocalCodecs()
FOREVER = 10**6


class CrashError(Exception):
    """The process is gone."""


class Broker:
    """What outlives a worker: alerts and the changelog; it takes so many records and no more."""

    def __init__(self, log: Sequence[Record]) -> None:
        self.log = log
        self.alerts: list[Record] = []
        self.traces: dict[str, bytes] = {}
        self.changelog: dict[bytes, bytes] = {}
        self._room = 0

    def run(self, *, batch: int, room: int = FOREVER) -> None:
        """Fold the whole log from its start, as after a crash before any acknowledgement."""
        self._room = room
        table = SimpleNamespace(data=dict(self.changelog), send_changelog=self._keep)
        app: Any = SimpleNamespace(producer=SimpleNamespace(send=self._send))
        codecs: Any = CODECS  # without a registry, else as the worker's own
        worker = PoolingWorker(app, table, codecs)

        async def fold() -> None:
            events = [_event(each, offset) for offset, each in enumerate(self.log)]
            for start in range(0, len(events), batch):
                await worker.process(events[start : start + batch])

        asyncio.run(fold())

    async def _send(
        self, topic: str, key: bytes, value: bytes, *rest: object
    ) -> asyncio.Future[None]:
        assert topic == ALERTS
        self._take()
        alert = CODECS.decode(topic, value)
        self.alerts.append(alert)
        headers: Any = rest[-1]
        self.traces[alert["event_id"]] = dict(headers)["traceparent"]
        return _acknowledged()

    def _keep(self, partition: int, key: bytes, value: bytes) -> asyncio.Future[None]:
        self._take()
        self.changelog[key] = value
        return _acknowledged()

    def _take(self) -> None:
        if self._room == 0:
            raise CrashError
        self._room -= 1


def _acknowledged() -> asyncio.Future[None]:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


def _event(record: Record, offset: int) -> Any:
    value = CODECS.encode(SOURCE, record)
    headers = [("traceparent", trace_of(record))]
    message = SimpleNamespace(partition=0, offset=offset, value=value, headers=headers)
    return SimpleNamespace(message=message)


def trace_of(record: Record) -> bytes:
    return f"00-trace-of-{record['event_id']}".encode()


def killed(log: Sequence[Record], *, batch: int, deaths: Sequence[int]) -> Broker:
    """Return what is left after a run that died after so many records, each time, and ended."""
    broker = Broker(log)
    for room in deaths:
        try:
            broker.run(batch=batch, room=room)
        except CrashError:
            continue
    broker.run(batch=batch)
    return broker


def contents(broker: Broker) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for alert in broker.alerts:
        assert found.setdefault(alert["event_id"], alert) == alert
    return found


@pytest.mark.parametrize("room", range(8))
def test_a_crash_between_two_items_pools_changes_no_advice_and_loses_no_promise(room: int) -> None:
    log = [
        decision("T1", 1, 10_000, item="I9"),
        step("opened", "T1", 2, 1000, substitutes="I9"),
        # Its stock is gone right after it was promised: asked again, nobody would promise it.
        decision("T1", 3, 1000, item="I9"),
        step("opened", "T1", 4, 1000, item="I2", substitutes="I9"),
    ]
    broker = killed(log, batch=10, deaths=[room])
    advice = {each["item_id"]: each["action"] for each in contents(broker).values()}
    assert advice == {"I1": "substitute", "I2": "buy"}
    promises = unpack(broker.changelog[b"BA|I9"]).pool.promises
    assert [(key, each.quantity_milli) for key, each in promises.items()] == [("alert-I1-T1", 4000)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.lists(st.integers(0, 40), max_size=6))
def test_killed_anywhere_it_ends_with_the_alerts_and_pools_of_a_life_without_deaths(
    seed: int, batch: int, deaths: list[int]
) -> None:
    log = a_log(Random(seed))
    undisturbed, survivor = Broker(log), killed(log, batch=batch, deaths=deaths)
    undisturbed.run(batch=1)
    assert contents(survivor) == contents(undisturbed)
    assert survivor.changelog == undisturbed.changelog


def test_an_alert_goes_on_with_the_trace_of_the_decision_that_it_comes_from() -> None:
    log = a_log(Random(3))
    broker = killed(log, batch=5, deaths=[])
    assert broker.traces
    decided = {each["event_id"]: each for each in log}
    assert broker.traces == {each: trace_of(decided[each]) for each in broker.traces}
