"""One id and one data directory in, what `nova trace` says of it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from operations.settings import StackSettings
from operations.trace.assembly import way
from operations.trace.evidence import gather
from operations.trace.hop import Hop
from operations.trace.resolving import Origin, resolve
from operations.trace.sources import opened
from operations.trace.tail import LogTail


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one event, and what to know of how it was found."""

    origin: Origin
    hops: tuple[Hop, ...]
    notes: Sequence[str]


def trace(text: str, settings: StackSettings, *, is_running: bool) -> Trace:
    """Return the way of the event that an id belongs to.

    Raises:
        ConfigurationError: nothing has that id, or nothing has run there.
        TransientError: the stack runs, but its broker or registry cannot be reached.
    """
    with opened(settings, is_running=is_running) as sources:
        origin = resolve(text, sources)
        hops = way(gather(origin, sources), is_running=is_running)
        tail = sources.tables.tail
        notes = []
        if isinstance(tail, LogTail) and not tail.is_whole:
            notes.append("the lakehouse sink is far behind the log: some hops may be missing here")
        return Trace(origin, hops, notes)
