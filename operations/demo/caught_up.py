"""The hops behind cleaning in, their lags out: whether each has taken in all that came before."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from confluent_kafka import TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from adapters.delta.positions import stored_positions
from adapters.kafka import KafkaSettings
from domain.errors import TransientError
from operations.demo.patience import PATIENCE_SECONDS, patiently
from operations.keys import RECEIVER
from operations.monitor.positions import GroupPositions
from operations.settings import StackSettings
from schemas.topics import Topic, topics
from sinks.live_view.sink import is_read

_POLL_SECONDS = 0.25
_TIMEOUT_SECONDS = 30.0
_STOCK, _POOLING = "stream_processors.stock", "stream_processors.pooling"

OnLag = Callable[[str, int], None]  # hop, records still to come
Coordinates = tuple[str, int]  # topic, partition


class Hops:
    """Measures the hops of one running stack from outside, in the stores they write."""

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings
        self._admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
        kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
        self._groups = {each: GroupPositions(kafka, each) for each in (_STOCK, _POOLING)}

    def wait(self, on_lag: OnLag, *, waiting: Callable[[], None]) -> None:
        """Return when nothing is under way any more; `waiting` may raise to end the waiting.

        In the order of the flow: a worker acknowledges its source only after its outputs, so
        once it has caught up, what the next hop reads does not grow any more.

        Raises:
            TransientError: a hop makes no progress.
        """
        lags: dict[str, Callable[[], int]] = {
            "stock": lambda: self._group_lag(_STOCK, "clean.stock-fact.v1"),
            "pooling": lambda: self._group_lag(_POOLING, "decision.stock-decided.v1"),
            "live view": self._live_view_lag,
            "webhooks": self._webhooks_lag,
            "lakehouse": self._lakehouse_lag,
        }
        for hop, lag in lags.items():
            _wait_for(hop, partial(patiently, lag, waiting=waiting), on_lag)

    def records(self) -> dict[str, int]:
        """Return how many records each topic holds."""
        counts = {each.name: 0 for each in topics()}
        for (topic, _), end in self._ends(topics()).items():
            counts[topic] += end
        return counts

    def _group_lag(self, group: str, source: str) -> int:
        ends = self._ends(each for each in topics() if each.name == source)
        return _behind(ends, self._groups[group].read(ends))

    def _live_view_lag(self) -> int:
        path = self._settings.state("live-view") / "live_view.sqlite"
        return _behind(self._ends(each for each in topics() if is_read(each)), _offsets(path))

    def _webhooks_lag(self) -> int:
        path = self._settings.state("webhooks") / "webhooks.sqlite"
        ends = self._ends(each for each in topics() if "sinks.webhooks" in each.consumers)
        # Offsets first: a delivery is enqueued in the transaction that moves them.
        behind = _behind(ends, _offsets(path))
        query = "SELECT count(*) FROM delivery WHERE state = 'pending' AND endpoint_id = ?"
        return behind + int(_rows(path, query, RECEIVER)[0][0])

    def _lakehouse_lag(self) -> int:
        described = self._topic_ids()
        behind = 0
        for each in topics():
            positions = stored_positions(str(self._settings.lake), _table(each), "sinks.lakehouse")
            ends = self._ends([each])
            held = {at: positions.get((described[each.name], at[1]), -1) + 1 for at in ends}
            behind += _behind(ends, held)
        return behind

    def _topic_ids(self) -> dict[str, str]:
        names = TopicCollection([each.name for each in topics()])
        futures = self._admin.describe_topics(names)
        return {
            name: str(future.result(_TIMEOUT_SECONDS).topic_id) for name, future in futures.items()
        }

    def _ends(self, of: Iterable[Topic]) -> dict[Coordinates, int]:
        asked = {
            TopicPartition(each.name, partition): OffsetSpec.latest()
            for each in of
            for partition in range(each.partitions)
        }
        if not asked:
            return {}
        return {
            (at.topic, at.partition): future.result(_TIMEOUT_SECONDS).offset
            for at, future in self._admin.list_offsets(asked).items()
        }


def _wait_for(hop: str, lag: Callable[[], int], on_lag: OnLag) -> None:
    least, since = None, time.monotonic()
    while (now := lag()) > 0:
        on_lag(hop, now)
        if least is None or now < least:
            least, since = now, time.monotonic()
        if time.monotonic() - since > PATIENCE_SECONDS:
            msg = f"{hop} is {now} records behind and makes no progress: see its log"
            raise TransientError(msg)
        time.sleep(_POLL_SECONDS)
    on_lag(hop, 0)


def _offsets(path: Path) -> dict[Coordinates, int]:
    rows = _rows(path, 'SELECT topic, "partition", next_offset FROM offset')
    return {(topic, partition): offset for topic, partition, offset in rows}


def _rows(path: Path, query: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(query, values).fetchall()


def _behind(ends: dict[Coordinates, int], held: dict[Coordinates, int]) -> int:
    return sum(max(end - held.get(at, 0), 0) for at, end in ends.items())


def _table(topic: Topic) -> str:
    if topic.is_dead_letter:
        return "silver/dead_letter"
    return f"{'bronze' if topic.layer == 'raw' else 'silver'}/{topic.table}"
