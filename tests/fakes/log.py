"""A log in memory that behaves as `sinks.kafka_log.KafkaLog` does, and the contract of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from domain.errors import TransientError
from sinks.log import Bounds, Coordinates, Headers, LogRecord, SourceLog, TopicDescription


class InMemoryLog:
    """Topics in lists; partition by partition in the order of their names."""

    def __init__(self, partitions: Mapping[str, int]) -> None:
        self._partitions = dict(partitions)
        self._ids = {name: f"id-of-{name}" for name in partitions}
        self._records: dict[Coordinates, list[LogRecord]] = {}
        self._low: dict[Coordinates, int] = {}
        self._next: dict[Coordinates, int] = {}

    def append(
        self,
        topic: str,
        value: bytes | None,
        *,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
        timestamp_ms: int = 1_000,
    ) -> LogRecord:
        held = self._records.setdefault((topic, partition), [])
        record = LogRecord(topic, partition, len(held), timestamp_ms, key, value, headers)
        held.append(record)
        return record

    def expire(self, at: Coordinates, below: int) -> None:
        """Forget what is below an offset, as retention does."""
        self._low[at] = below

    def describe(self, topics: Iterable[str]) -> dict[str, TopicDescription]:
        found = {}
        for name in topics:
            if name not in self._partitions:
                msg = f"topic {name}: unknown"
                raise TransientError(msg)
            found[name] = TopicDescription(self._ids[name], self._partitions[name])
        return found

    def bounds(self, coordinates: Iterable[Coordinates]) -> dict[Coordinates, Bounds]:
        return {
            at: Bounds(self._low.get(at, 0), len(self._records.get(at, []))) for at in coordinates
        }

    def assign(self, positions: Mapping[Coordinates, int]) -> None:
        self._next = dict(positions)

    def read(self, *, most: int, seconds: float) -> list[LogRecord]:
        found: list[LogRecord] = []
        for at in sorted(self._next):
            new = self._records.get(at, [])[self._next[at] :][: most - len(found)]
            found += new
            self._next[at] += len(new)
        return found

    def close(self) -> None:
        """There is nothing to leave."""


class SourceLogContract:
    """What every log owes the sinks; `topic` has two partitions and nothing in it."""

    topic: str

    def log(self) -> SourceLog:
        raise NotImplementedError

    def put(self, partition: int, value: bytes) -> None:
        raise NotImplementedError

    def read_all(self, expected: int) -> list[LogRecord]:
        log = self.log()
        found: list[LogRecord] = []
        for _ in range(500):
            found += log.read(most=100, seconds=0.1)
            if len(found) >= expected:
                break
        return found

    def test_it_describes_a_topic_by_id_and_partitions(self) -> None:
        (found,) = self.log().describe([self.topic]).values()
        assert found.topic_id
        assert found.partitions == 2

    def test_an_unknown_topic_may_come_later(self) -> None:
        with pytest.raises(TransientError, match=r"no\.such-topic\.v1"):
            self.log().describe(["no.such-topic.v1"])

    def test_it_reads_on_from_the_positions_given_and_knows_its_ends(self) -> None:
        for value in (b"a", b"b", b"c"):
            self.put(1, value)
        bounds = self.log().bounds([(self.topic, 0), (self.topic, 1)])
        low, high = bounds[self.topic, 1].low, bounds[self.topic, 1].high
        assert high - low >= 3
        assert bounds[self.topic, 0].low <= bounds[self.topic, 0].high

        self.log().assign({(self.topic, 1): high - 2})

        found = self.read_all(2)
        assert [each.value for each in found] == [b"b", b"c"]
        assert [each.offset for each in found] == [high - 2, high - 1]
