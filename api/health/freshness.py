"""How far the read model has read each topic, and how long ago."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from pydantic import BaseModel, Field

from api.answers import staleness_ms
from domain.instants import to_datetime


class PartitionRead(BaseModel):
    """How far one partition has been read."""

    partition: int
    next_offset: int = Field(description="The first offset that is not in the read model.")


class TopicFreshness(BaseModel):
    """One hop: what of a topic has arrived in the read model."""

    topic: str = Field(examples=["state.stock-position.v1"])
    newest_record_at: datetime | None = Field(
        description="When its newest record was published; null when none has been read."
    )
    newest_event_at: datetime | None = Field(
        description="Data time of the newest event in it; null for dead letters."
    )
    seen_at: datetime | None = Field(description="When that record was committed here.")
    staleness_ms: int | None = Field(description="Milliseconds since newest_record_at.")
    delay_ms: int | None = Field(description="From publication to commit, of the newest record.")
    records: int = Field(description="Records read, repeats included.")
    unreadable: int = Field(description="Records passed over because they could not be read.")
    lag_records: int | None = Field(
        description="Records that wait in the topic; null: the API does not ask the broker."
    )
    partitions: list[PartitionRead]


class Freshness(BaseModel):
    """How current everything that the API answers is."""

    now: datetime = Field(description="Time of the answer, for the ages in it.")
    data_time: datetime | None = Field(
        description="The newest event time in the read model: decisions live in this time."
    )
    topics: list[TopicFreshness]


def freshness(read: sqlite3.Connection, *, now: int) -> Freshness:
    """Return every topic that the live view reads, the ones without records too."""
    seen = {row["topic"]: row for row in read.execute("SELECT * FROM freshness")}
    unreadable = dict(
        read.execute("SELECT topic, count(*) FROM unreadable GROUP BY topic").fetchall()
    )
    partitions: dict[str, list[PartitionRead]] = {topic: [] for topic in seen}
    for row in read.execute("SELECT * FROM offset ORDER BY topic, partition"):
        reached = PartitionRead(partition=row["partition"], next_offset=row["next_offset"])
        partitions.setdefault(row["topic"], []).append(reached)
    topics = [
        _topic(topic, seen.get(topic), now=now).model_copy(
            update={"partitions": reached, "unreadable": unreadable.get(topic, 0)}
        )
        for topic, reached in sorted(partitions.items())
    ]
    return Freshness(now=to_datetime(now), data_time=_data_time(topics), topics=topics)


def _topic(topic: str, row: sqlite3.Row | None, *, now: int) -> TopicFreshness:
    if row is None:
        return TopicFreshness(
            topic=topic,
            newest_record_at=None,
            newest_event_at=None,
            seen_at=None,
            staleness_ms=None,
            delay_ms=None,
            records=0,
            unreadable=0,
            lag_records=None,
            partitions=[],
        )
    newest, event = row["newest_record_at"], row["newest_event_at"]
    return TopicFreshness(
        topic=topic,
        newest_record_at=to_datetime(newest),
        newest_event_at=None if event is None else to_datetime(event),
        seen_at=to_datetime(row["seen_at"]),
        staleness_ms=staleness_ms(newest, now),
        delay_ms=staleness_ms(newest, row["seen_at"]),
        records=row["records"],
        unreadable=0,
        lag_records=None,
        partitions=[],
    )


def _data_time(topics: list[TopicFreshness]) -> datetime | None:
    events = [topic.newest_event_at for topic in topics if topic.newest_event_at is not None]
    return max(events, default=None)
