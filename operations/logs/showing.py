"""Log lines in, coloured lines of a terminal out; plain ones where there is none."""

from __future__ import annotations

from zlib import crc32

from rich.text import Text

from domain.instants import to_datetime
from operations.logs.line import Level, LogLine

_COLOURS = ("cyan", "green", "magenta", "blue", "yellow", "bright_cyan", "bright_magenta")
_STYLES = {Level.DEBUG: "dim", Level.WARNING: "yellow", Level.ERROR: "red",
           Level.CRITICAL: "bold red"}  # fmt: skip
_NAME_WIDTH = 16
_NO_TIME = " " * len("00:00:00.000")


def shown(line: LogLine) -> Text:
    """Return a line with its component, its time of day (UTC) and its level.

    Every component has its own colour, the same at every start.
    """
    colour = _COLOURS[crc32(line.component.encode()) % len(_COLOURS)]
    style = _STYLES.get(line.level, "")
    level = "" if line.goes_on else line.level.name.lower()
    return Text.assemble(
        (f"{line.component:<{_NAME_WIDTH}} ", colour),
        (f"{_NO_TIME if line.goes_on or line.at is None else _time(line.at)} ", "dim"),
        (f"{level:<8} ", style),
        (f"  {line.text}" if line.goes_on else line.text, style),
    )


def _time(instant: int) -> str:
    moment = to_datetime(instant)
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
