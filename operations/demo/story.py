"""A requisition file in, everything that the demo will feed out, in the order of its time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.identity import stable_id
from domain.instants import DAY, local_day
from producers.calendar import calendar
from producers.clock.ticks import ticks
from producers.erp_requisitions import RawLine, read_requisitions, to_event
from producers.simulated_warehouse import simulate
from producers.timeline import TimedEvent, merged


@dataclass(frozen=True, slots=True)
class Source:
    """A requisition file that has been read.

    `notices` is what a person should know of how it was.
    """

    file: Path
    lines: tuple[RawLine, ...]
    notices: tuple[str, ...]

    def fingerprint(self, seed: int) -> str:
        """Return what tells one demo from another: every line in its place, and the seed."""
        return stable_id("demo with a calendar", str(seed), *(line.event_id for line in self.lines))

    def folder_name(self, seed: int) -> str:
        """Return a folder name that no other file or seed has."""
        return f"{self.file.stem}-{self.fingerprint(seed)[:8]}"


def read(file: Path) -> Source:
    """Read a requisition file.

    Raises:
        ConfigurationError: it cannot be used; one sentence says why.
    """
    notices: list[str] = []
    lines = tuple(read_requisitions(file, notices.append))
    return Source(file, lines, tuple(notices))


def tell(source: Source, *, seed: int) -> list[TimedEvent]:
    """Return what the demo feeds, in the order of its time.

    The calendar of its years first, and of one more, as it is known before they begin. Then the
    requisition lines, the warehouse imagined around them, and one tick a day of the data.
    """
    simulation = simulate(source.lines, seed)
    first, last = (local_day(each).year for each in (simulation.start, simulation.end))
    told = merged(
        simulation.events,
        (to_event(line) for line in source.lines),
        # Noon: a day's tick comes amid its facts.
        ticks(simulation.start + DAY // 2, simulation.end, DAY),
    )
    return [*calendar(first, last + 1), *told]
