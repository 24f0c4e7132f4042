"""Coordinates of raw records in, what became of each of them out: never by subtraction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.uploads import Published
from api.uploads.silver import Silver

_FACTS = "clean.stock-fact.v1"
APPLIED, DUPLICATE, DEAD_LETTER = "applied", "duplicate", "dead_letter"


def accounted(
    read: sqlite3.Connection, silver: Silver, lines: Sequence[Published], *, received_at: int
) -> list[Published]:
    """Return the lines that can be accounted for by now, with their outcome.

    A record is applied when a fact carries its coordinates, a duplicate when the fact of its id
    carries another's, or it is a dead letter. A fact counts once its key's position has taken it
    in: until then it may still be refused as too late. What never is a fact of one item at one site
    (masters, services) is looked up in silver.
    """
    found = [each for line in lines if (each := _in_read_model(read, line)) is not None]
    known = {each.row for each in found}
    rest = [line for line in lines if line.row not in known]
    return [*found, *_in_silver(silver, rest, received_at)]


def _in_read_model(read: sqlite3.Connection, line: Published) -> Published | None:
    refused = _dead_letter(read, line.topic, line.partition, line.offset)
    if refused is not None:
        return _dead(line, refused)
    item_id, bar, site_id = line.key.rpartition("|")
    if not bar:
        return None
    fact = read.execute(
        "SELECT fact.raw_topic, fact.raw_partition, fact.raw_offset, fact.log_partition,"
        " fact.log_offset, position.log_offset AS decided FROM fact"
        " LEFT JOIN position USING (item_id, site_id)"
        " WHERE item_id = ? AND site_id = ? AND event_id = ?",
        (item_id, site_id, line.event_id),
    ).fetchone()
    if fact is None:
        return None
    too_late = _dead_letter(read, _FACTS, fact["log_partition"], fact["log_offset"])
    if too_late is not None:
        return _dead(line, too_late)
    if fact["decided"] is None or fact["decided"] < fact["log_offset"]:
        return None
    return _by_coordinates(line, fact["raw_topic"], fact["raw_partition"], fact["raw_offset"])


def _in_silver(silver: Silver, lines: Sequence[Published], received_at: int) -> Iterable[Published]:
    held = silver.coordinates(lines, received_at=received_at)
    for line in lines:
        if line.event_id in held:
            yield _by_coordinates(line, *held[line.event_id])


def _by_coordinates(line: Published, topic: str, partition: int, offset: int) -> Published:
    own = (line.topic, line.partition, line.offset) == (topic, partition, offset)
    return replace(line, outcome=APPLIED if own else DUPLICATE)


def _dead(line: Published, row: sqlite3.Row) -> Published:
    return replace(line, outcome=DEAD_LETTER, reason=row["reason"], detail=row["detail"])


def _dead_letter(
    read: sqlite3.Connection, topic: str, partition: int, offset: int
) -> sqlite3.Row | None:
    found: sqlite3.Row | None = read.execute(
        "SELECT reason, detail FROM dead_letter"
        " WHERE source_topic = ? AND source_partition = ? AND source_offset = ?",
        (topic, partition, offset),
    ).fetchone()
    return found
