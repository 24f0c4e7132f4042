"""One hop of an event's way: where it was then, since when, and whose work that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.instants import to_datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """One place that an event came to.

    Attributes:
        name: what it is there: "raw record", "clean fact", "alert opened".
        by: file and function that brought it there, as `file::function`.
        where: topic coordinates, or table and commit.
        at: instant in microseconds since 1970 UTC; None where nothing says when.
        says: what a person wants to know of it, in a line or two.
        record: what is there, whole.
        hops: where it went from here.
    """

    name: str
    by: str
    where: str
    at: int | None = None
    says: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    hops: tuple[Hop, ...] = ()

    def walk(self) -> Iterator[Hop]:
        """Yield this hop and all that follow from it, in the order in which they are shown."""
        yield self
        for each in self.hops:
            yield from each.walk()

    def as_json(self, *, since: int | None = None) -> dict[str, Any]:
        """Return it for programs; `since` is when the hop before was."""
        return {
            "hop": self.name,
            "where": self.where,
            "at": None if self.at is None else iso(self.at),
            "after_ms": None if (late := after(self.at, since)) is None else late / 1000,
            "by": self.by,
            "says": self.says,
            "record": dict(self.record),
            "hops": [each.as_json(since=self.at) for each in self.hops],
        }


def after(at: int | None, since: int | None) -> int | None:
    """Return microseconds from one hop to the next, where both are known."""
    return None if at is None or since is None else at - since


def iso(instant: int) -> str:
    """Return an instant in milliseconds, which is what the broker counts in."""
    return to_datetime(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")
