"""One round of measurements after the other: stores in, the board brought up to date out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Protocol

import structlog

from domain.errors import TransientError
from operations.monitor.board import Board, Sample
from operations.monitor.consumers import CONSUMERS, Consumer
from operations.monitor.files import Source
from operations.monitor.lag import Lag, lag_by_topic, waiting
from operations.monitor.log_ends import Coordinates, Ends
from operations.monitor.positions import PositionStore
from schemas.topics import Topic, topics

_log = structlog.get_logger()
Offset = tuple[str, int, int]  # topic, partition, offset


class WatchedLog(Protocol):
    """What is asked of the broker: `operations.monitor.log_ends.LogEnds`."""

    def ends(self, topics: Iterable[Topic]) -> dict[Coordinates, Ends]:
        """Return where each partition begins and ends now."""

    def published_ms(self, offsets: Mapping[Coordinates, int]) -> dict[Coordinates, int]:
        """Return when the record at each offset was published."""


@dataclass(slots=True)
class Rounds:
    """Measures lag; everything that a component might tell itself is left to the component."""

    board: Board
    log: WatchedLog
    stores: Mapping[Consumer, PositionStore]
    files: Mapping[str, Source]
    now: Callable[[], float]  # seconds since 1970
    _published: dict[Offset, int] = field(init=False, default_factory=dict)
    _failures: dict[str, int] = field(init=False, default_factory=dict)

    def measure(self) -> None:
        """Measure everything once; what cannot be measured is missing until it can."""
        began = self.now()
        self._show("log", self._of_the_log)
        for kind, (samples, path) in self.files.items():
            self._show(kind, partial(samples, path))
        self.board.show("monitor", self._of_itself(began))

    def _show(self, kind: str, measured: Callable[[], Iterable[Sample]]) -> None:
        try:
            self.board.show(kind, measured())
        except TransientError as error:
            self._failed(kind, error)
            self.board.show(kind, ())

    def _failed(self, what: str, error: TransientError) -> None:
        self._failures[what] = self._failures.get(what, 0) + 1
        _log.warning("measurement_failed", what=what, why=str(error))

    def _of_the_log(self) -> Iterator[Sample]:
        # Ends first: a position read after them can be beyond one, which is no lag at all.
        ends = self.log.ends(topics())
        now_ms = int(self.now() * 1000)
        yield from _of_topics(ends, now_ms)
        held = dict(self._positions(ends))
        published = self._when_published(held, ends)
        for consumer, positions in held.items():
            mine = _read_by(consumer, ends)
            for topic, lag in lag_by_topic(
                positions, mine, _at(published, waiting(positions, mine)), now_ms=now_ms
            ).items():
                yield from _of_lag(consumer.component, topic, lag)

    def _positions(
        self, ends: Mapping[Coordinates, Ends]
    ) -> Iterator[tuple[Consumer, Mapping[Coordinates, int]]]:
        for consumer in CONSUMERS:
            try:
                yield consumer, self.stores[consumer].read(_read_by(consumer, ends))
            except TransientError as error:
                self._failed(consumer.component, error)

    def _when_published(
        self,
        held: Mapping[Consumer, Mapping[Coordinates, int]],
        ends: Mapping[Coordinates, Ends],
    ) -> dict[Offset, int]:
        """Return when each record that waits for somebody was published.

        A record that waited in the round before is known from then.
        """
        wanted = {
            (*at, offset)
            for consumer, positions in held.items()
            for at, offset in waiting(positions, _read_by(consumer, ends)).items()
        }
        self._published = {each: ms for each, ms in self._published.items() if each in wanted}
        for offsets in _one_a_partition(wanted - self._published.keys()):
            for (topic, partition), ms in self.log.published_ms(offsets).items():
                self._published[topic, partition, offsets[topic, partition]] = ms
        return self._published

    def _of_itself(self, began: float) -> Iterator[Sample]:
        yield Sample("nova_monitor_measured_timestamp_seconds", began)
        yield Sample("nova_monitor_round_seconds", self.now() - began)
        for what in ("log", *(each.component for each in CONSUMERS), *self.files):
            yield Sample("nova_monitor_failures_total", self._failures.get(what, 0), (what,))


def _one_a_partition(wanted: Iterable[Offset]) -> Iterator[dict[Coordinates, int]]:
    """Split offsets so that each part asks for one record of a partition at most."""
    left = sorted(wanted)
    while left:
        part = [next(group) for _, group in groupby(left, key=itemgetter(0, 1))]
        yield {(topic, partition): offset for topic, partition, offset in part}
        left = sorted(set(left) - set(part))


def _read_by(consumer: Consumer, ends: Mapping[Coordinates, Ends]) -> dict[Coordinates, Ends]:
    names = {each.name for each in consumer.topics}
    return {at: each for at, each in ends.items() if at[0] in names}


def _at(
    published: Mapping[Offset, int], behind: Mapping[Coordinates, int]
) -> dict[Coordinates, int]:
    return {
        at: published[(*at, offset)] for at, offset in behind.items() if (*at, offset) in published
    }


def _of_topics(ends: Mapping[Coordinates, Ends], now_ms: int) -> Iterator[Sample]:
    for topic in sorted({name for name, _ in ends}):
        parts = [each for (name, _), each in ends.items() if name == topic]
        yield Sample("nova_topic_records_total", sum(each.high for each in parts), (topic,))
        newest = max((e.newest_ms for e in parts if e.newest_ms is not None), default=None)
        if newest is not None:
            yield Sample("nova_topic_age_seconds", max(0, now_ms - newest) / 1000, (topic,))


def _of_lag(component: str, topic: str, lag: Lag) -> Iterator[Sample]:
    labels = (component, topic)
    yield Sample("nova_position_records_total", lag.position, labels)
    yield Sample("nova_lag_records", lag.records, labels)
    if lag.seconds is not None:
        yield Sample("nova_lag_seconds", lag.seconds, labels)
    if lag.freshness_seconds is not None:
        yield Sample("nova_freshness_seconds", lag.freshness_seconds, labels)
