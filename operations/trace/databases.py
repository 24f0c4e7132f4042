"""The read model's and the webhooks' SQLite files in, plain rows out; both are only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.trace.coordinates import Coordinates
from operations.trace.tables import Row


@dataclass(frozen=True, slots=True)
class ReadModel:
    """What the API answers from."""

    path: Path

    def position(self, item_id: str, site_id: str) -> Row | None:
        """Return the latest position of a key."""
        asked = "SELECT * FROM position WHERE item_id = ? AND site_id = ?"
        return _first(self.path, asked, item_id, site_id)

    def fact(self, item_id: str, site_id: str, event_id: str) -> Row | None:
        """Return a fact as the history of its key has it."""
        asked = "SELECT * FROM fact WHERE item_id = ? AND site_id = ? AND event_id = ?"
        return _first(self.path, asked, item_id, site_id, event_id)

    def newest_fact(self, item_id: str, site_id: str) -> Row | None:
        """Return the fact of a key that came last."""
        asked = "SELECT * FROM fact WHERE item_id = ? AND site_id = ? ORDER BY log_offset DESC"
        return _first(self.path, f"{asked} LIMIT 1", item_id, site_id)

    def alert(self, alert_id: str) -> Row | None:
        """Return the latest state of an alert."""
        return _first(self.path, "SELECT * FROM alert WHERE alert_id = ?", alert_id)

    def dead_letter(self, refused: Coordinates) -> Row | None:
        """Return the dead letter of a record."""
        asked = (
            "SELECT * FROM dead_letter"
            " WHERE source_topic = ? AND source_partition = ? AND source_offset = ?"
        )
        return _first(self.path, asked, refused.topic, refused.partition, refused.offset)

    def applied_at(self, at: Coordinates) -> int | None:
        """Return when a record became visible here, where that is still remembered."""
        asked = (
            "SELECT applied_at FROM applied"
            ' WHERE topic = ? AND "partition" = ? AND first_offset <= ? AND next_offset > ?'
            " ORDER BY sequence LIMIT 1"
        )
        if not _all(self.path, "SELECT 1 FROM sqlite_master WHERE name = 'applied'"):
            return None  # written before the read model remembered it
        found = _first(self.path, asked, at.topic, at.partition, at.offset, at.offset)
        return found["applied_at"] if found else None


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """What the webhooks' outbox says of each delivery."""

    path: Path

    def of(self, transition_ids: Collection[str]) -> list[Row]:
        """Return the deliveries of some transitions, to every endpoint."""
        places = ", ".join("?" for _ in transition_ids)
        asked = f"SELECT * FROM delivery WHERE transition_id IN ({places}) ORDER BY enqueued_at"
        return _all(self.path, asked, *transition_ids)


def _first(path: Path, asked: str, *values: Any) -> Row | None:
    found = _all(path, asked, *values)
    return found[0] if found else None


def _all(path: Path, asked: str, *values: Any) -> list[Row]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        return [dict(each) for each in database.execute(asked, values)]
