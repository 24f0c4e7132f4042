"""What is new in the read model since a mark."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.alerts.queries import transitions_after

# More changed keys than a page shows at once: then "many" says as much as their names.
MOST_KEYS = 200
# A listener that missed more reads the lists anew: that is cheaper than hearing all of it.
MOST_TRANSITIONS = 500

Key = tuple[str, str]
"""item_id, site_id"""

_HEAD = """
SELECT (SELECT filling_id FROM filling) AS filling_id,
       (SELECT coalesce(max(sequence), 0) FROM alert_transition) AS sequence,
       (SELECT total(records) FROM freshness) AS records
"""
_PARTITIONS = """
SELECT "partition", (SELECT max(log_offset) FROM position WHERE log_partition = "partition")
FROM offset WHERE topic = 'state.stock-position.v1'
"""
_SINCE = """
SELECT item_id, site_id, log_offset FROM position
WHERE log_partition = ? AND log_offset >= ? ORDER BY log_offset LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """Up to which transition a listener has heard; the order holds within one filling."""

    filling_id: str
    sequence: int

    def __str__(self) -> str:
        """Return it as an event's id."""
        return f"{self.filling_id}-{self.sequence}"

    @classmethod
    def parsed(cls, text: str) -> StreamPosition | None:
        """Read an event's id; None when it is not one of ours.

        >>> StreamPosition.parsed("1f2e-17")
        StreamPosition(filling_id='1f2e', sequence=17)
        >>> StreamPosition.parsed("yesterday")
        """
        filling_id, _, sequence = text.rpartition("-")
        if not filling_id or not (sequence.isascii() and sequence.isdigit()) or len(sequence) > 18:
            return None
        return cls(filling_id, int(sequence))


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the positions of one partition have come: a tick moves several keys at once."""

    log_offset: int
    keys: frozenset[Key]  # whose position is at that offset


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the read model has come."""

    position: StreamPosition
    records: int  # read from the log, repeats included
    reached: Mapping[int, Reached] = field(default_factory=dict)  # by partition


@dataclass(frozen=True, slots=True)
class Changes:
    """What was committed between two marks."""

    position: StreamPosition
    transitions: tuple[sqlite3.Row, ...] = ()
    keys: frozenset[Key] = frozenset()
    many: bool = False  # more keys than are named
    lost: bool = False  # too much, or another filling: what was heard before cannot be built on


def mark(read: sqlite3.Connection) -> Mark:
    """Return how far the read model has come now."""
    reached = {}
    for partition, log_offset in _partitions(read):
        rows = read.execute(_SINCE, (partition, log_offset, -1))
        reached[partition] = Reached(log_offset, frozenset(_key(row) for row in rows))
    position, records = _head(read)
    return Mark(position, records, reached)


def changes(read: sqlite3.Connection, since: Mark) -> tuple[Mark, Changes | None]:
    """Return how far it has come, and what is new since a mark: None for nothing at all."""
    position, records = _head(read)
    if (position, records) == (since.position, since.records):
        return since, None
    transitions = missed(read, since.position, position)
    if transitions is None:
        return mark(read), Changes(position, many=True, lost=True)
    reached, keys = dict(since.reached), set[Key]()
    for partition, log_offset in _partitions(read):
        before = since.reached.get(partition, Reached(0, frozenset()))
        rows = read.execute(_SINCE, (partition, before.log_offset, -1)).fetchall()
        newest = frozenset(_key(row) for row in rows if row["log_offset"] == log_offset)
        keys.update({_key(row) for row in rows} - before.keys)
        keys.update(_key(row) for row in rows if row["log_offset"] > before.log_offset)
        reached[partition] = Reached(log_offset, newest)
    many = len(keys) > MOST_KEYS
    named = frozenset() if many else frozenset(keys)
    return Mark(position, records, reached), Changes(position, tuple(transitions), named, many)


def missed(
    read: sqlite3.Connection, heard: StreamPosition, now: StreamPosition
) -> list[sqlite3.Row] | None:
    """Return the transitions after `heard` up to `now`; None when nobody can say which."""
    if heard.filling_id != now.filling_id or heard.sequence > now.sequence:
        return None
    found = transitions_after(read, heard.sequence, up_to=now.sequence, most=MOST_TRANSITIONS + 1)
    return found if len(found) <= MOST_TRANSITIONS else None


def _head(read: sqlite3.Connection) -> tuple[StreamPosition, int]:
    row = read.execute(_HEAD).fetchone()
    return StreamPosition(row["filling_id"], row["sequence"]), int(row["records"])


def _partitions(read: sqlite3.Connection) -> list[tuple[int, int]]:
    return [(number, newest) for number, newest in read.execute(_PARTITIONS) if newest is not None]


def _key(row: sqlite3.Row) -> Key:
    return row["item_id"], row["site_id"]
