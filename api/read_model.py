"""The SQLite read model, read-only: one connection a thread, renewed when the file is replaced."""

from __future__ import annotations

import os
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

_TABLES = (
    "position",
    "demand_estimate",
    "fact",
    "alert",
    "alert_transition",
    "filling",
    "dead_letter",
    "unreadable",
    "offset",
    "freshness",
)
# In WAL mode a reader waits only while the writer recovers or truncates the log.
_BUSY_SECONDS = 1.0
# Names repeat over thousands of positions: a search folds each name once.
_FOLDED_TEXTS = 65_536


class ReadModel:
    """Reads what `sinks.live_view` writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mine = threading.local()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose statements all see one committed state.

        Raises:
            sqlite3.Error: the file is missing or cannot be read.
        """
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()

    def why_unreadable(self) -> str | None:
        """Return None when it has every table, else what is missing."""
        try:
            with self.snapshot() as read:
                return _what_is_missing(read)
        except sqlite3.Error as error:
            return f"the read model {self._path.name} cannot be read: {error}"

    def _connection(self) -> sqlite3.Connection:
        identity = self._identity()
        held: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if held is not None and self._mine.identity == identity:
            return held
        if held is not None:
            held.close()
            self._mine.connection = None
        opened = self._open()
        self._mine.connection, self._mine.identity = opened, identity
        return opened

    def _identity(self) -> tuple[int, int]:
        try:
            found = os.stat(self._path)  # noqa: PTH116  (on every request: no Path in between)
        except OSError as error:
            msg = "the file is not there yet"
            raise sqlite3.OperationalError(msg) from error
        return found.st_dev, found.st_ino

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
        )
        connection.row_factory = sqlite3.Row
        connection.create_function("folded", 1, folded, deterministic=True)
        return connection


@lru_cache(maxsize=_FOLDED_TEXTS)
def folded(text: str) -> str:
    """Return a text as people search it: no case, no accents.

    >>> folded("SERVIÇO 1/2")
    'servico 1/2'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _what_is_missing(read: sqlite3.Connection) -> str | None:
    found = {row["name"] for row in read.execute("SELECT name FROM sqlite_master")}
    missing = [name for name in _TABLES if name not in found]
    # Rows are not asked for: nothing is fed before the whole stack is ready, this service too.
    return f"the read model has no {', '.join(missing)} yet" if missing else None
