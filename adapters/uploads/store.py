"""The SQLite file of uploads: what came, what was refused, where each record lies."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
_BUSY_SECONDS = 30.0
MOST_KEPT = 1000  # refused lines; whoever has more of them has one mistake, not a thousand


class UploadState(StrEnum):
    """How far an upload has come."""

    RECEIVING = "receiving"
    PUBLISHED = "published"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file, as it came in."""

    upload_id: str
    kind: str
    file: str
    received_at: int
    state: UploadState
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """One line that was refused."""

    row: int
    column: str
    reason: str
    values: dict[str, str]
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """One line that was published, and what became of its record as far as it is known."""

    row: int
    event_id: str
    key: str
    topic: str
    partition: int
    offset: int
    outcome: str | None = None
    reason: str | None = None
    detail: str | None = None


class UploadStore:
    """Each method is one transaction on a connection of its own: threads share nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are committed together, or not at all."""
        with closing(self._connected()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that waits for no writer."""
        with closing(self._connected()) as connection:
            yield connection

    def _connected(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self._path.exists()
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        if is_new or connection.execute("PRAGMA schema_version").fetchone()[0] == 0:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
        return connection

    def find(self, upload_id: str) -> Upload | None:
        """Return an upload, or None."""
        with self._reading() as db:
            row = db.execute("SELECT * FROM upload WHERE upload_id = ?", (upload_id,)).fetchone()
        return None if row is None else _upload(row)

    def newest(self, count: int) -> list[Upload]:
        """Return the uploads that came last, the newest first."""
        with self._reading() as db:
            found = db.execute(
                "SELECT * FROM upload ORDER BY received_at DESC, upload_id LIMIT ?", (count,)
            ).fetchall()
        return [_upload(row) for row in found]

    def begin(self, upload: Upload) -> None:
        """Note an upload whose lines are about to be read, anew where it broke off before."""
        with self.transaction() as db:
            for table in ("rejection", "published"):
                db.execute(f"DELETE FROM {table} WHERE upload_id = ?", (upload.upload_id,))
            db.execute(
                "INSERT OR REPLACE INTO upload (upload_id, kind, file, received_at, state)"
                " VALUES (?, ?, ?, ?, ?)",
                (upload.upload_id, upload.kind, upload.file, upload.received_at, upload.state),
            )

    def finish(self, upload: Upload) -> None:
        """Note that every accepted line is in the log."""
        with self.transaction() as db:
            db.execute(
                "UPDATE upload SET state = ?, rows = ?, accepted = ?, rejected = ?, notices = ?"
                " WHERE upload_id = ?",
                (
                    upload.state, upload.rows, upload.accepted, upload.rejected,
                    json.dumps(upload.notices), upload.upload_id,
                ),
            )  # fmt: skip

    def keep(
        self,
        db: sqlite3.Connection,
        upload_id: str,
        published: Sequence[Published],
        refused: Sequence[Rejection],
    ) -> None:
        """Keep, in a transaction of the caller, where records lie and which lines were refused.

        Of the refused ones, up to `MOST_KEPT` of an upload.
        """
        held = "SELECT count(*) FROM rejection WHERE upload_id = ?"
        room = MOST_KEPT - int(db.execute(held, (upload_id,)).fetchone()[0])
        db.executemany(
            "INSERT OR REPLACE INTO rejection VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    upload_id,
                    each.row,
                    each.column,
                    each.reason,
                    json.dumps(each.values),
                    json.dumps(each.cells),
                )
                for each in refused[: max(room, 0)]
            ],
        )
        db.executemany(
            "INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
            [
                (upload_id, e.row, e.event_id, e.key, e.topic, e.partition, e.offset)
                for e in published
            ],
        )

    def rejections(self, upload_id: str) -> list[Rejection]:
        """Return the refused lines that are kept, in the order of the file."""
        with self._reading() as db:
            found = db.execute(
                "SELECT * FROM rejection WHERE upload_id = ? ORDER BY row", (upload_id,)
            ).fetchall()
        return [
            Rejection(
                row["row"],
                row["column"],
                row["reason"],
                json.loads(row["said"]),
                json.loads(row["cells"]),
            )
            for row in found
        ]

    def open_lines(self, upload_id: str) -> list[Published]:
        """Return the published lines that nobody has accounted for yet."""
        with self._reading() as db:
            found = db.execute(
                "SELECT * FROM published WHERE upload_id = ? AND outcome IS NULL ORDER BY row",
                (upload_id,),
            ).fetchall()
        return [_published(row) for row in found]

    def account(self, upload_id: str, lines: Sequence[Published]) -> None:
        """Keep what became of records; with the last of them the upload is applied."""
        with self.transaction() as db:
            db.executemany(
                "UPDATE published SET outcome = ?, reason = ?, detail = ?"
                " WHERE upload_id = ? AND row = ?",
                [(e.outcome, e.reason, e.detail, upload_id, e.row) for e in lines],
            )
            db.execute(
                "UPDATE upload SET state = ? WHERE upload_id = ? AND state = ? AND NOT EXISTS"
                " (SELECT 1 FROM published p WHERE p.upload_id = upload.upload_id"
                " AND p.outcome IS NULL)",
                (UploadState.APPLIED, upload_id, UploadState.PUBLISHED),
            )

    def outcomes(self, upload_id: str) -> dict[str, int]:
        """Return how many lines ended how; the ones still open under "pending"."""
        with self._reading() as db:
            found = db.execute(
                "SELECT coalesce(outcome, 'pending') AS outcome, count(*) AS lines"
                " FROM published WHERE upload_id = ? GROUP BY 1",
                (upload_id,),
            ).fetchall()
        return {row["outcome"]: row["lines"] for row in found}

    def dead_letters(self, upload_id: str) -> list[Published]:
        """Return the first lines whose records became dead letters."""
        with self._reading() as db:
            found = db.execute(
                "SELECT * FROM published WHERE upload_id = ? AND outcome = 'dead_letter'"
                " ORDER BY row LIMIT ?",
                (upload_id, MOST_KEPT),
            ).fetchall()
        return [_published(row) for row in found]


def _upload(row: sqlite3.Row) -> Upload:
    return Upload(
        upload_id=row["upload_id"],
        kind=row["kind"],
        file=row["file"],
        received_at=row["received_at"],
        state=UploadState(row["state"]),
        rows=row["rows"],
        accepted=row["accepted"],
        rejected=row["rejected"],
        notices=tuple(json.loads(row["notices"])),
    )


def _published(row: sqlite3.Row) -> Published:
    return Published(
        row["row"], row["event_id"], row["record_key"], row["topic"], row["partition"],
        row["record_offset"], row["outcome"], row["reason"], row["detail"],
    )  # fmt: skip
