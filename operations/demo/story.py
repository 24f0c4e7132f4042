"""A requisition file in, everything that the demo will feed out, in the order of its time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path

from domain.errors import PlatformError
from domain.identity import stable_id
from domain.instants import DAY, local_day
from producers.calendar import calendar
from producers.clock.ticks import ticks
from producers.erp_requisitions import RawLine, read_requisitions, to_event
from producers.simulated_warehouse import Simulation, simulate
from producers.timeline import TimedEvent, merged

Notify = Callable[[str], None]
_ENOUGH_COVERED = 0.95
# Each is waited for in every partition: a file of twenty years would else take hours to feed.
_MOST_TICKS = 400
_POLL_SECONDS = 0.2


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


def tell(source: Source, *, seed: int, notify: Notify) -> list[TimedEvent]:
    """Return what the demo feeds, in the order of its time.

    The calendar of its years first, and of one more, as it is known before they begin. Then the
    requisition lines, the warehouse imagined around them, and a tick a day of the data, or fewer
    where it goes over years. `notify` is told how much of the file the warehouse leaves out.
    """
    simulation = simulate(source.lines, seed)
    if simulation.covered < _ENOUGH_COVERED:
        notify(_left_out(simulation))
    told = merged(
        simulation.events,
        (to_event(line) for line in source.lines),
        # Noon: a day's tick comes amid its facts.
        ticks(simulation.start + DAY // 2, simulation.end, _days_a_tick(simulation) * DAY),
    )
    if not simulation.events:
        return told
    first, last = (local_day(each).year for each in (simulation.start, simulation.end))
    return [*calendar(first, last + 1), *told]


def when_told(
    story: Future[list[TimedEvent]], file: Path, *, waiting: Callable[[], None]
) -> list[TimedEvent]:
    """Return the events of a story as soon as it is told; `waiting` may raise to end the waiting.

    Raises:
        PlatformError: it cannot be told, whatever the cause: one sentence.
    """
    while not story.done():
        waiting()
        wait([story], timeout=_POLL_SECONDS)
    try:
        return story.result()
    except PlatformError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        msg = f"{file.name}: no warehouse can be imagined around its lines ({said})"
        raise PlatformError(msg) from error


def _days_a_tick(simulation: Simulation) -> int:
    return -(-(simulation.end - simulation.start) // (_MOST_TICKS * DAY)) or 1


def _left_out(simulation: Simulation) -> str:
    said = (
        f"the simulated warehouse covers {simulation.covered:.1%} of the lines that ask for stock"
    )
    if not simulation.events:
        return f"{said}: their dates are no plausible ones"
    first, last = local_day(simulation.start + DAY), local_day(simulation.end)
    return f"{said}, those from {first} to {last}: the others lie behind a long silence"
