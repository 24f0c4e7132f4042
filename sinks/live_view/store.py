"""The SQLite file of the read model: rows and the offsets behind them, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sinks.live_view.rows import Row
from sinks.log import Coordinates

VERSION = 2
_DDL = Path(__file__).with_name("schema.sql")
_OFFSETS = """
    INSERT INTO offset (topic, topic_id, "partition", next_offset) VALUES (?, ?, ?, ?)
    ON CONFLICT (topic, "partition") DO UPDATE
    SET topic_id = excluded.topic_id, next_offset = excluded.next_offset
"""
_FRESHNESS = """
    INSERT INTO freshness VALUES (:topic, :newest_record_at, :newest_event_at, :seen_at, :records)
    ON CONFLICT (topic) DO UPDATE SET
        newest_record_at = max(newest_record_at, excluded.newest_record_at),
        newest_event_at = CASE
            WHEN newest_event_at IS NULL THEN excluded.newest_event_at
            ELSE max(newest_event_at, coalesce(excluded.newest_event_at, newest_event_at)) END,
        seen_at = excluded.seen_at,
        records = records + excluded.records
"""
# Before the offsets are moved on: where they stand is where the stretch begins.
_APPLIED = """
    INSERT INTO applied (topic, "partition", first_offset, next_offset, applied_at)
    SELECT :topic, :partition, coalesce(max(next_offset), 0), :next_offset, :at
    FROM offset WHERE topic = :topic AND "partition" = :partition
"""
# An hour of the fullest load in 50 MB; days of a usual one.
_APPLIED_KEPT = 500_000
_FORGET = "DELETE FROM applied WHERE sequence <= (SELECT max(sequence) FROM applied) - ?"
# Repeats and reordering are settled here: what is latest-per-key yields to a newer place in the
# one fact log, everything else is kept under its first coordinates.
_KEYS = {
    "position": ("item_id", "site_id"),
    "demand_estimate": ("item_id", "site_id"),
    "alert": ("alert_id",),
}
_APPENDED = ("fact", "alert_transition", "dead_letter", "unreadable")


@dataclass(slots=True)
class Freshness:
    """What one batch says of how fresh a topic is."""

    newest_record_at: int = 0
    newest_event_at: int | None = None
    records: int = 0

    def saw(self, record_at: int, event_at: int | None) -> None:
        """Count one record."""
        self.records += 1
        self.newest_record_at = max(self.newest_record_at, record_at)
        if event_at is not None:
            self.newest_event_at = max(self.newest_event_at or event_at, event_at)


@dataclass(slots=True)
class Batch:
    """What one transaction applies."""

    rows: list[Row] = field(default_factory=list)
    next_offsets: dict[Coordinates, int] = field(default_factory=dict)
    freshness: dict[str, Freshness] = field(default_factory=dict)


class LiveView:
    """Applies batches; safe to apply twice, and in any order of partitions."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _discard_other_version(path)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may undo the newest transactions, but never half of one: rows and offsets go
        # together, so they are read again. A kill of the process undoes nothing.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_DDL.read_text(encoding="utf-8"))
        self._connection.execute(f"PRAGMA user_version = {VERSION}")
        tables = (*_KEYS, *_APPENDED)
        self._columns = {table: self._columns_of(table) for table in tables}
        self._statements = {table: self._statement(table) for table in tables}

    def next_offsets(self) -> dict[Coordinates, int]:
        """Return the next offset to read of each partition that was read."""
        found = self._connection.execute('SELECT topic, "partition", next_offset FROM offset')
        return {(topic, partition): offset for topic, partition, offset in found}

    def topic_ids(self) -> dict[str, str]:
        """Return Kafka's id of each topic that was read."""
        return dict(self._connection.execute("SELECT DISTINCT topic, topic_id FROM offset"))

    def apply(self, batch: Batch, *, topic_ids: Mapping[str, str], seen_at: int) -> None:
        """Apply a batch, all of it or, if killed, nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._write(batch.rows)
            self._connection.executemany(_APPLIED, _stretches(batch, seen_at))
            self._connection.execute(_FORGET, (_APPLIED_KEPT,))
            self._connection.executemany(
                _OFFSETS, [(t, topic_ids[t], p, o) for (t, p), o in batch.next_offsets.items()]
            )
            self._connection.executemany(_FRESHNESS, _freshness_rows(batch, seen_at))
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _write(self, rows: Iterable[Row]) -> None:
        by_table: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            columns = self._columns[row.table]
            by_table.setdefault(row.table, []).append({n: row.values.get(n) for n in columns})
        for table, values in by_table.items():
            self._connection.executemany(self._statements[table], values)

    def _columns_of(self, table: str) -> list[str]:
        names = [each[1] for each in self._connection.execute(f"PRAGMA table_info({table})")]
        return [name for name in names if name != "sequence"]  # SQLite numbers it

    def _statement(self, table: str) -> str:
        columns = self._columns[table]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(f":{name}" for name in columns)
        insert = f"INSERT INTO {table} ({names}) VALUES ({values})"
        if table in _APPENDED:
            return f"{insert} ON CONFLICT DO NOTHING"
        key = _KEYS[table]
        updates = ", ".join(f'"{n}" = excluded."{n}"' for n in columns if n not in key)
        return (
            f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates} "
            f"WHERE excluded.log_offset > {table}.log_offset"
        )


def _stretches(batch: Batch, at: int) -> list[dict[str, Any]]:
    return [
        {"topic": topic, "partition": partition, "next_offset": next_offset, "at": at}
        for (topic, partition), next_offset in batch.next_offsets.items()
    ]


def _freshness_rows(batch: Batch, seen_at: int) -> list[dict[str, Any]]:
    return [
        {
            "topic": topic,
            "newest_record_at": each.newest_record_at,
            "newest_event_at": each.newest_event_at,
            "seen_at": seen_at,
            "records": each.records,
        }
        for topic, each in batch.freshness.items()
    ]


def _discard_other_version(path: Path) -> None:
    """Delete a file of another schema version: the log fills a new one."""
    if not path.exists():
        return
    connection = sqlite3.connect(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    if version not in (0, VERSION):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
