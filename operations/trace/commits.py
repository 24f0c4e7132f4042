"""A place in the log in, the Delta commit that brought it into a table out."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.instants import SECOND

# How far ahead of the sink's clock a publisher's may be.
_CLOCKS_APART = 600 * SECOND


@dataclass(frozen=True, slots=True)
class Commit:
    """One version of a table, and when it came to be (microseconds since 1970 UTC)."""

    version: int
    at: int


def sink_commit(
    table: Path, *, topic_id: str | None, partition: int, offset: int, since: int
) -> Commit | None:
    """Return the commit in which a sink wrote a record, or None where the log of it is gone.

    The sink commits rows and its place in the source together: the first commit whose place is
    at or beyond the offset is the one. `since`, when the record was published, is where looking
    begins: a table that is committed every few seconds has very many commits.
    """
    source = f"/{topic_id}/{partition}"
    paths = _paths(table)
    start = bisect_left(paths, since - _CLOCKS_APART, key=_made_at)
    for commit, actions in _commits(paths[start:]):
        if any(_reaches(each, source, offset) for each in actions):
            return commit
    return None


def gold_commit(table: Path, *, partition: int, offset: int) -> Commit | None:
    """Return the first commit of gold that was computed from a fact, or None before the first."""
    for commit, actions in _commits(_paths(table)):
        for action in actions:
            said = json.loads(action.get("commitInfo", {}).get("userMetadata") or "{}")
            if isinstance(said, dict) and said.get("offsets", {}).get(str(partition), -1) >= offset:
                return commit
    return None


def _reaches(action: dict[str, Any], source: str, offset: int) -> bool:
    txn = action.get("txn", {"appId": ""})
    return str(txn["appId"]).endswith(source) and int(txn["version"]) >= offset


def _paths(table: Path) -> list[Path]:
    found = (table / "_delta_log").glob("*.json")
    return sorted(path for path in found if path.stem.isdigit())


def _commits(paths: Sequence[Path]) -> Iterator[tuple[Commit, list[dict[str, Any]]]]:
    for path in paths:
        actions = _actions(path)
        yield Commit(int(path.stem), _instant(actions)), actions


def _made_at(path: Path) -> int:
    return _instant(_actions(path))


def _actions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _instant(actions: Sequence[dict[str, Any]]) -> int:
    said = [each["commitInfo"]["timestamp"] for each in actions if "commitInfo" in each]
    return int(said[0]) * 1000 if said else 0
