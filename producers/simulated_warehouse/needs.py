"""Raw lines in, what they ask of a warehouse out: each line once, services left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import RejectedEventError
from producers.erp_requisitions import RawLine
from producers.erp_requisitions.lines import SOURCE
from producers.simulated_warehouse.stock_key import StockKey
from schemas.requisition_rules import ParsedLine, parse_line

# Two requests further apart than this do not belong to one export: a stray year, mistyped,
# would otherwise make the simulation run for years.
_LONGEST_SILENCE = timedelta(days=90)


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


def window(days: Sequence[date]) -> Window | None:
    """Return the days around the median that no long silence interrupts, None for no days."""
    if not days:
        return None
    ordered = sorted(days)
    first = last = len(ordered) // 2
    while first > 0 and ordered[first] - ordered[first - 1] <= _LONGEST_SILENCE:
        first -= 1
    while last + 1 < len(ordered) and ordered[last + 1] - ordered[last] <= _LONGEST_SILENCE:
        last += 1
    return Window(ordered[first], ordered[last])
