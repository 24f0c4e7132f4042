"""Hops in, a tree for a terminal or a document for programs out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from domain.instants import SECOND, to_datetime
from operations.trace.hop import Hop, after
from operations.trace.resolving import Origin

_MINUTE, _HOUR, _DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
_STYLES = {
    "dead letter": "bold red",
    "duplicate": "yellow",
    "alert opened": "bold yellow",
    "alert recovered": "green",
    "webhook delivered": "green",
    "webhook dead": "red",
}
_TIMES_WIDTH = 34
_NARROWEST = 48


def tree(
    text: str, origin: Origin, hops: Sequence[Hop], *, width: int, notes: Sequence[str] = ()
) -> Group:
    """Return the way of an event as a tree: one hop under the one that led to it."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    drawn = [each for hop in hops for each in _drawn(hop, None, "", "")]
    day = next((_day(hop.at) for hop, *_ in drawn if hop.at is not None), "")
    names = max((len(branch + hop.name) for hop, _, branch, _ in drawn), default=0)
    room = max(_NARROWEST, width - names - _TIMES_WIDTH)
    for hop, before, branch, stem in drawn:
        lines = _lines(hop, room)
        name = Text.assemble((branch, "dim"), (hop.name, _STYLES.get(hop.name, "bold")))
        name.append("".join(f"\n{stem}" for _ in lines[1:]), style="dim")
        late = after(hop.at, before.at if before else None)
        since = Text("" if late is None else in_words(late))
        table.add_row(name, _time(hop.at, day), since, Text("\n").join(lines))
    head = Text.assemble((text, "bold"), f"  {origin.asked}", (f"  times in UTC on {day}", "dim"))
    return Group(head, Text(), table, *(Text(each, style="yellow") for each in notes))


def document(
    text: str, origin: Origin, hops: Sequence[Hop], notes: Sequence[str]
) -> dict[str, Any]:
    """Return the same for programs, with every record whole."""
    return {
        "asked": text,
        "is": origin.asked,
        "raw": str(origin.raw),
        "notes": list(notes),
        "hops": [each.as_json() for each in hops],
    }


def in_words(microseconds: int) -> str:
    """Return a latency as people say it.

    >>> in_words(55_000), in_words(1_912_000), in_words(-3_000), in_words(192_000_000)
    ('+55 ms', '+1.9 s', '-3 ms', '+3 min 12 s')
    """
    sign, size = ("-", -microseconds) if microseconds < 0 else ("+", microseconds)
    if size < SECOND:
        return f"{sign}{size / 1000:.0f} ms"
    if size < _MINUTE:
        return f"{sign}{size / SECOND:.1f} s"
    if size < _HOUR:
        return f"{sign}{size // _MINUTE} min {size % _MINUTE // SECOND} s"
    if size < _DAY:
        return f"{sign}{size // _HOUR} h {size % _HOUR // _MINUTE} min"
    return f"{sign}{size // _DAY} d {size % _DAY // _HOUR} h"


def _drawn(
    hop: Hop, before: Hop | None, branch: str, stem: str
) -> Iterator[tuple[Hop, Hop | None, str, str]]:
    # The stem goes on beside a hop's further lines while anything is still to come under it.
    yield hop, before, branch, stem + ("│ " if hop.hops else "  ")
    for at, each in enumerate(hop.hops, start=1):
        is_last = at == len(hop.hops)
        yield from _drawn(
            each, hop, stem + ("└ " if is_last else "├ "), stem + ("  " if is_last else "│ ")
        )


def _lines(hop: Hop, room: int) -> list[Text]:
    by = Text(hop.by, style="dim")
    if not hop.says and len(hop.where) + len(hop.by) + 2 <= room:
        return [Text.assemble(hop.where, "  ", by)]
    return [Text(hop.where), *(Text(each) for each in wrap(hop.says, room)), by]


def _time(instant: int | None, day: str) -> str:
    if instant is None:
        return ""
    moment = to_datetime(instant)
    written = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return written if _day(instant) == day else f"{_day(instant)} {written}"


def _day(instant: int) -> str:
    return to_datetime(instant).date().isoformat()
