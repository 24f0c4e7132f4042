"""Raw lines in, what they ask of a warehouse out: each line once, services left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.errors import RejectedEventError
from producers.erp_requisitions import RawLine
from producers.simulated_warehouse.stock_key import StockKey
from schemas.requisition_export import SOURCE
from schemas.requisition_rules import PLAUSIBLE_YEARS, ParsedLine, parse_line

# Requests too far apart do not belong to one export: a stray year, mistyped, would otherwise make
# the simulation run for years. How far that is follows from the file's own gaps, within bounds:
# beyond the horizon of the ledger nothing that was before a silence counts after it.
_USUAL_GAPS = 3
_SHORTEST_SILENCE, _LONGEST_SILENCE = timedelta(days=90), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Usable:
    """One line that cleaning accepts, and which of its exports stands for it."""

    event_id: str
    line_id: str
    parsed: ParsedLine


@dataclass(frozen=True, slots=True)
class Need:
    """One line that takes stock from a shelf."""

    line_id: str
    line: ParsedLine

    @property
    def key(self) -> StockKey:
        """The item and the site that it is asked of."""
        return StockKey(self.line.item_id, self.line.site_id)

    @property
    def document(self) -> str:
        """The requisition, which the issues that fulfil it carry too."""
        return self.line.document(SOURCE)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that an export covers, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def usable_lines(lines: Iterable[RawLine]) -> list[Usable]:
    """Return the lines that cleaning accepts, each line_id once.

    The first in the file stands for its repeats and for its other exports: goods leave once.
    """
    found: dict[str, Usable] = {}
    for raw in lines:
        try:
            parsed = parse_line(raw.record())
        except RejectedEventError:
            continue
        line_id = parsed.line_id(SOURCE)
        found.setdefault(line_id, Usable(raw.event_id, line_id, parsed))
    return list(found.values())


def needs(lines: Iterable[Usable]) -> list[Need]:
    """Return what takes stock, in the order of the days on which it was asked for."""
    found = [Need(each.line_id, each.parsed) for each in lines if not each.parsed.is_service]
    return sorted(found, key=lambda need: (need.line.occurred_on, need.line_id))


def window(days: Iterable[date]) -> Window | None:
    """Return the run of plausible days with the most requests that no long silence interrupts.

    None where there is no such day; of equal runs the first.
    """
    ordered = sorted(day for day in days if day.year in PLAUSIBLE_YEARS)
    if not ordered:
        return None
    silence = _long_silence(ordered)
    runs = [[ordered[0]]]
    for before, day in pairwise(ordered):
        if day - before > silence:
            runs.append([])
        runs[-1].append(day)
    longest = max(runs, key=len)
    return Window(longest[0], longest[-1])


def _long_silence(ordered: Sequence[date]) -> timedelta:
    """Return what is long for this file: a multiple of what nine in ten of its gaps stay below."""
    gaps = sorted(day - before for before, day in pairwise(ordered) if day > before)
    usual = gaps[(len(gaps) - 1) * 9 // 10] if gaps else timedelta()
    return min(max(_USUAL_GAPS * usual, _SHORTEST_SILENCE), _LONGEST_SILENCE)
