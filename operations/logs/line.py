"""One line of a log file in, what it says, when and how loudly out.

Our own components write JSON; Kafka, the registry and Flink write as Java does, Faust in its own
way. What is none of these goes on with the line before: a stack trace, mostly.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from domain.instants import from_datetime


class Level(IntEnum):
    """How loud a line is."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


_LEVELS = {
    "TRACE": Level.DEBUG, "DEBUG": Level.DEBUG, "INFO": Level.INFO, "WARN": Level.WARNING,
    "WARNING": Level.WARNING, "ERROR": Level.ERROR, "CRITICAL": Level.CRITICAL,
    "FATAL": Level.CRITICAL, "SEVERE": Level.ERROR,
}  # fmt: skip
# A zone in the middle of the date is how the registry's logger writes it.
_TIME = r"(\d{4}-\d\d)(?:[+-]\d\d)?(-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?"
_NAMES = "|".join(_LEVELS)
_DATED = re.compile(rf"\[?{_TIME}\]?\s*(?:\[\d+\]\s*)?(?:\[?({_NAMES})\b\]?:?)?\s*(.*)")
_LOUD = re.compile(rf"({_NAMES})\b:?\s+(.*)")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NOT_FIELDS = frozenset({"event", "level", "timestamp", "component", "exception"})


@dataclass(frozen=True, slots=True)
class LogLine:
    """What one component said.

    Attributes:
        at: microseconds since 1970 UTC; None where no line before said a time either.
        goes_on: whether it belongs to the line before.
    """

    component: str
    text: str
    at: int | None = None
    level: Level = Level.INFO
    goes_on: bool = False


def parsed(component: str, written: str, before: LogLine | None = None) -> list[LogLine]:
    """Return the lines that one line of a file is: more than one where it holds a stack trace."""
    text = _CONTROL.sub("", written).rstrip()
    if not text:
        return []
    if text.startswith("{") and (said := _json(text)) is not None:
        return _ours(component, said)
    if found := _DATED.fullmatch(text):
        month, day, clock, fraction, level, rest = found.groups()
        moment = datetime.fromisoformat(f"{month}{day}T{clock}.{(fraction or '0'):0<6}")
        at = from_datetime(moment.astimezone())
        return [LogLine(component, rest, at, _LEVELS.get(level or "", Level.INFO))]
    if found := _LOUD.match(text):
        undated = LogLine(component, found[2], level=_LEVELS[found[1]])
        return [replace(undated, at=before.at) if before else undated]
    if before is None:
        return [LogLine(component, text)]
    return [replace(before, text=text, goes_on=True)]


def _ours(component: str, said: dict[str, object]) -> list[LogLine]:
    fields = " ".join(f"{k}={_value(v)}" for k, v in said.items() if k not in _NOT_FIELDS)
    first = LogLine(
        component,
        f"{said['event']} {fields}".rstrip(),
        _instant(said.get("timestamp")),
        _LEVELS.get(str(said.get("level", "info")).upper(), Level.INFO),
    )
    traced = str(said.get("exception", "")).splitlines()
    return [first, *(replace(first, text=each, goes_on=True) for each in traced)]


def _json(text: str) -> dict[str, object] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "event" in said else None


def _instant(written: object) -> int | None:
    try:
        return from_datetime(datetime.fromisoformat(str(written)))
    except ValueError:
        return None


def _value(value: object) -> str:
    if isinstance(value, str):
        return value if value and " " not in value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
