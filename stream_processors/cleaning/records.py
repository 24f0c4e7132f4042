"""What cleaning reads and what it writes, without Kafka or Flink in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemas.codec import Record

HeaderPairs = tuple[tuple[str, bytes | None], ...]
Decode = Callable[[str, bytes | None], Record]


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record of a raw topic, as received."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: HeaderPairs = ()

    @property
    def arrived_at(self) -> int:
        """The broker's own time of it, in microseconds since 1970 UTC."""
        return self.timestamp_ms * 1000

    def header(self, name: str) -> bytes | None:
        """Return the last header of that name, if there is one."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True)
class CleanOutput:
    """One record to be written, once for each `dedupe_id`.

    `value` is a record still to be encoded for `topic`, or the bytes of a dead letter. Where the
    one that was written had another `content`, what it was made of is a dead letter with the
    headers `refusal`; both are empty where the id follows from all that is said.
    """

    topic: str
    dedupe_id: str
    key: bytes | None
    value: Record | bytes | None
    headers: HeaderPairs
    content: str = ""
    refusal: HeaderPairs = ()
