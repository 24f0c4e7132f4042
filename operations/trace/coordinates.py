"""Where a record stands in the log, as people write it: `clean.stock-fact.v1[3]@184223`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"([a-z][\w.-]*)\[(\d+)\]@(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Coordinates:
    """One place in one partition of one topic."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"

    @property
    def is_dead_letter(self) -> bool:
        """Whether it is a place in a dead letter topic."""
        return self.topic.endswith(".dlq")

    @property
    def layer(self) -> str:
        """raw, clean, state, decision or alert."""
        return self.topic.split(".", 1)[0]


def written_coordinates(text: str) -> Coordinates | None:
    """Return the coordinates that a text says, or None where it says something else.

    >>> print(written_coordinates("raw.stock-count.v1[3]@17"))
    raw.stock-count.v1[3]@17
    >>> written_coordinates("6c1f6aa29c7852aa") is None
    True
    """
    found = _WRITTEN.fullmatch(text)
    return Coordinates(found[1], int(found[2]), int(found[3])) if found else None
