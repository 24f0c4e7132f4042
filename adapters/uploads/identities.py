"""An identity and its content in, where the same identity came with another content out."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from schemas.uploads import ReadyLine


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where an identity came first."""

    file: str
    row: int


class Identities:
    """Knows what was said under each identity, by all uploads and by this one so far.

    A line that is met for the first time is remembered in `db`, in its transaction.
    """

    def __init__(self, db: sqlite3.Connection, upload_id: str, file: str) -> None:
        self._db = db
        self._upload_id = upload_id
        self._file = file

    def conflict(self, line: ReadyLine, row: int) -> Elsewhere | None:
        """Return where the identity was taken by another content, or None."""
        content, recorded_at = line.content
        held = self._db.execute(
            "SELECT content, recorded_at, file, row FROM identity WHERE event_id = ?",
            (line.identity,),
        ).fetchone()
        if held is None:
            self._db.execute(
                "INSERT INTO identity VALUES (?, ?, ?, ?, ?, ?)",
                (line.identity, content, recorded_at, self._upload_id, self._file, row),
            )
            return None
        told = held["recorded_at"]
        other_time = None not in (told, recorded_at) and told != recorded_at
        if held["content"] != content or other_time:
            return Elsewhere(held["file"], held["row"])
        return None
