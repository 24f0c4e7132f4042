"""The delivery log in SQLite: what is to be delivered, what was, and how far alerts were read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sinks.log import Coordinates

_DDL = Path(__file__).with_name("schema.sql")
_OFFSETS = """
    INSERT INTO offset (topic, topic_id, "partition", next_offset) VALUES (?, ?, ?, ?)
    ON CONFLICT (topic, "partition") DO UPDATE
    SET topic_id = excluded.topic_id, next_offset = excluded.next_offset
"""
_ENQUEUE = """
    INSERT INTO delivery
        (transition_id, endpoint_id, body, alert_at, enqueued_at, next_attempt_at)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_DUE = """
    SELECT transition_id, endpoint_id, body, alert_at, attempts FROM delivery
    WHERE state = 'pending' AND endpoint_id = ? AND next_attempt_at <= ?
    ORDER BY next_attempt_at, alert_at LIMIT ?
"""
_UNFINISHED = """
    SELECT state, count(*) FROM delivery WHERE state IN ('pending', 'dead') GROUP BY state
"""
_ATTEMPTED = """
    UPDATE delivery SET attempts = attempts + 1, state = :state, last_status = :status,
        last_error = :error, last_attempt_at = :at, next_attempt_at = :next_attempt_at,
        first_attempt_at = coalesce(first_attempt_at, :at)
    WHERE transition_id = :transition_id AND endpoint_id = :endpoint_id
"""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One transition to tell every endpoint of."""

    transition_id: str
    body: str
    alert_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One announcement for one endpoint."""

    transition_id: str
    endpoint_id: str
    body: str
    alert_at: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to; `retry_at` is None where there is no next one."""

    at: int
    status: int | None
    error: str | None
    retry_at: int | None

    @property
    def state(self) -> str:
        """delivered, pending or dead."""
        if self.error is None:
            return "delivered"
        return "dead" if self.retry_at is None else "pending"


class Outbox:
    """Keeps deliveries and offsets together, so that a kill loses and repeats none."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may undo the newest transactions: their alerts are read and sent again,
        # with the same webhook-id.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_DDL.read_text(encoding="utf-8"))

    def next_offsets(self) -> dict[Coordinates, int]:
        """Return the next offset to read of each partition that was read."""
        found = self._connection.execute('SELECT topic, "partition", next_offset FROM offset')
        return {(topic, partition): offset for topic, partition, offset in found}

    def topic_ids(self) -> dict[str, str]:
        """Return Kafka's id of each topic that was read."""
        return dict(self._connection.execute("SELECT DISTINCT topic, topic_id FROM offset"))

    def enqueue(
        self,
        announcements: Iterable[Announcement],
        *,
        endpoints: Collection[str],
        next_offsets: Mapping[Coordinates, int],
        topic_ids: Mapping[str, str],
        now: int,
    ) -> None:
        """Enqueue each transition once for each endpoint, and remember how far it was read."""
        rows = [
            (each.transition_id, endpoint, each.body, each.alert_at, now, now)
            for each in announcements
            for endpoint in endpoints
        ]
        offsets = [(t, topic_ids[t], p, o) for (t, p), o in next_offsets.items()]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(_ENQUEUE, rows)
            self._connection.executemany(_OFFSETS, offsets)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def due(self, endpoint: str, *, now: int, most: int) -> list[Delivery]:
        """Return deliveries whose time has come, the oldest first."""
        return [Delivery(*row) for row in self._connection.execute(_DUE, (endpoint, now, most))]

    def attempted(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write what an attempt came to."""
        self._connection.execute(
            _ATTEMPTED,
            {
                "transition_id": delivery.transition_id,
                "endpoint_id": delivery.endpoint_id,
                "state": outcome.state,
                "status": outcome.status,
                "error": outcome.error,
                "at": outcome.at,
                "next_attempt_at": outcome.at if outcome.retry_at is None else outcome.retry_at,
            },
        )

    def unfinished(self) -> dict[str, int]:
        """Return how many deliveries are pending, and how many dead."""
        found = self._connection.execute(_UNFINISHED)
        return {"pending": 0, "dead": 0, **dict(found)}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
