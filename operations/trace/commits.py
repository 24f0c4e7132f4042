"""A place in the log in, the Delta commit that brought it into a table out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Commit:
    """One version of a table, and when it came to be (microseconds since 1970 UTC)."""

    version: int
    at: int


def sink_commit(table: Path, *, topic_id: str | None, partition: int, offset: int) -> Commit | None:
    """Return the commit in which a sink wrote a record, or None where the log of it is gone.

    The sink commits rows and its place in the source together: the first commit whose place is
    at or beyond the offset is the one.
    """
    source = f"/{topic_id}/{partition}"
    for commit, actions in _commits(table):
        for action in actions:
            txn = action.get("txn")
            if txn and txn["appId"].endswith(source) and txn["version"] >= offset:
                return commit
    return None


def gold_commit(table: Path, *, partition: int, offset: int) -> Commit | None:
    """Return the first commit of gold that was computed from a fact, or None before the first."""
    for commit, actions in _commits(table):
        for action in actions:
            said = json.loads(action.get("commitInfo", {}).get("userMetadata") or "{}")
            if isinstance(said, dict) and said.get("offsets", {}).get(str(partition), -1) >= offset:
                return commit
    return None


def _commits(table: Path) -> Iterator[tuple[Commit, list[dict[str, Any]]]]:
    for path in sorted((table / "_delta_log").glob("*.json")):
        if not path.stem.isdigit():
            continue
        actions = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        said = [each["commitInfo"] for each in actions if "commitInfo" in each]
        if said and "timestamp" in said[0]:
            yield Commit(int(path.stem), said[0]["timestamp"] * 1000), actions
