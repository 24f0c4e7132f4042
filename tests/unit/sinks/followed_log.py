"""A log in memory, followed into a read model on disk: what the tests of the read model share."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from adapters.telemetry import Readiness
from schemas.topics import topics
from sinks.live_view.sink import LiveViewSink, is_read
from sinks.live_view.store import LiveView
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog

FACTS, POSITIONS, ALERTS = "clean.stock-fact.v1", "state.stock-position.v1", "alert.stockout.v1"
ESTIMATES = "state.demand-estimate.v1"
READ = [each for each in topics() if is_read(each)]
CODECS = LocalCodecs()
DURABLE = ["position", "demand_estimate", "fact", "alert", "dead_letter", "unreadable", "offset"]


class StopsAfter(threading.Event):
    """Lets a session read so often."""

    def __init__(self, reads: int) -> None:
        super().__init__()
        self._left = reads

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0


def a_log() -> InMemoryLog:
    return InMemoryLog({each.name: each.partitions for each in READ})


def put(log: InMemoryLog, name: str, record: dict[str, object], *, partition: int = 0) -> None:
    log.append(name, CODECS.encode(name, record), partition=partition)


def follow(log: InMemoryLog, path: Path, *, reads: int = 1, now: int = 5_000_000) -> None:
    view = LiveView(path)
    try:
        sink = LiveViewSink(view, READ, log, CODECS, Readiness(), lambda: now)
        sink.session(StopsAfter(reads))
    finally:
        view.close()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    found = {table: sorted(rows(path, f"SELECT * FROM {table}"), key=repr) for table in DURABLE}
    steps = "SELECT event_id, alert_id, transition, log_offset FROM alert_transition"
    return {**found, "alert_transition": sorted(rows(path, steps))}
