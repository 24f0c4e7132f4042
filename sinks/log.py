"""The log as the sinks see it: records, where they begin and end, and the port that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Coordinates = tuple[str, int]  # topic, partition
Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record as the broker holds it."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default=())

    @property
    def timestamp_us(self) -> int:
        """The broker's timestamp in microseconds since 1970."""
        return self.timestamp_ms * 1000


@dataclass(frozen=True, slots=True)
class TopicDescription:
    """What the broker says of a topic; a wiped broker gives it another id."""

    topic_id: str
    partitions: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first offset that still exists, and the one after the last."""

    low: int
    high: int


class SourceLog(Protocol):
    """Reads topics from positions that the caller keeps."""

    def describe(self, topics: Iterable[str]) -> dict[str, TopicDescription]:
        """Return id and partition count of each topic."""

    def bounds(self, coordinates: Iterable[Coordinates]) -> dict[Coordinates, Bounds]:
        """Return where each partition begins and ends now."""

    def assign(self, positions: Mapping[Coordinates, int]) -> None:
        """Read on from these offsets, the first to be read."""

    def read(self, *, most: int, seconds: float) -> list[LogRecord]:
        """Return the next records, at most so many, waiting at most so long for the first."""

    def close(self) -> None:
        """Leave the broker."""
