"""Which lines a person wants to see."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import ConfigurationError
from domain.instants import DAY, HOUR, SECOND
from operations.logs.line import Level, LogLine

_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}
_AGO = re.compile(r"(\d+)([smhd])")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show; by default everything.

    Attributes:
        since: instant in microseconds since 1970 UTC.
        text: what a line must hold, in any case.
        level: how loud it must be at least.
    """

    since: int | None = None
    text: str = ""
    level: Level = Level.DEBUG

    def __call__(self, line: LogLine) -> bool:
        """Return whether a line is wanted; of unknown age means older than asked for."""
        return (
            line.level >= self.level
            and (self.since is None or (line.at is not None and line.at >= self.since))
            and self.text.casefold() in line.text.casefold()
        )


def ago(written: str) -> int:
    """Return how long ago is meant, in microseconds.

    Raises:
        ConfigurationError: it is not said so.

    >>> ago("10m") // SECOND
    600
    """
    found = _AGO.fullmatch(written.strip())
    if found is None:
        msg = f"--since is a number and s, m, h or d, such as 10m: {written!r}"
        raise ConfigurationError(msg)
    return int(found[1]) * _UNITS[found[2]]


def level_of(written: str) -> Level:
    """Return a level by name.

    Raises:
        ConfigurationError: there is none of that name.
    """
    try:
        return Level[written.upper()]
    except KeyError as error:
        names = ", ".join(each.name.lower() for each in Level)
        msg = f"--level is one of {names}: {written!r}"
        raise ConfigurationError(msg) from error
