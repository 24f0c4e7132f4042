"""What the stream says, as server-sent events."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel, Field

from api.alerts.answers import Alert, alert
from api.live.changes import Changes, StreamPosition

# How long a browser waits before it connects again.
_RETRY_MS = 2000


class AlertStep(BaseModel):
    """`alert`: a step in an alert's life; the alert is as it stands now."""

    transition: str = Field(description="What happened.", examples=["opened", "recovered"])
    transition_id: str = Field(description="Its event_id; the webhook-id of its delivery too.")
    alert: Alert


class KeyChanged(BaseModel):
    """One item at one site whose position is another."""

    item_id: str
    site_id: str


class PositionsChanged(BaseModel):
    """`changed`: something was committed; read anew what you show of it."""

    keys: list[KeyChanged] = Field(description="Whose position changed.")
    many: bool = Field(description="More changed than can be named: read all that you show anew.")


def ready(position: StreamPosition) -> ServerSentEvent:
    """Say that what is committed from here on will be told."""
    return ServerSentEvent(raw_data="{}", event="ready", id=str(position), retry=_RETRY_MS)


def reset(position: StreamPosition) -> ServerSentEvent:
    """Say that some events cannot be told any more, so that lists must be read anew."""
    return ServerSentEvent(raw_data="{}", event="reset", id=str(position))


def heartbeat() -> ServerSentEvent:
    """Say that the line is there, to whoever would close a silent one."""
    return ServerSentEvent(comment="here")


def steps(rows: tuple[sqlite3.Row, ...], *, filling_id: str, now: int) -> Iterator[ServerSentEvent]:
    """Tell transitions, each with the id to resume after it."""
    for row in rows:
        step = AlertStep(
            transition=row["step"], transition_id=row["transition_id"], alert=alert(row, now=now)
        )
        position = StreamPosition(filling_id, row["sequence"])
        yield ServerSentEvent(raw_data=step.model_dump_json(), event="alert", id=str(position))


def told(found: Changes, *, now: int) -> Iterator[ServerSentEvent]:
    """Tell one commit: the alerts' steps first, then which positions changed."""
    if found.lost:
        yield reset(found.position)
    yield from steps(found.transitions, filling_id=found.position.filling_id, now=now)
    keys = [KeyChanged(item_id=item, site_id=site) for item, site in sorted(found.keys)]
    changed = PositionsChanged(keys=keys, many=found.many)
    yield ServerSentEvent(
        raw_data=changed.model_dump_json(), event="changed", id=str(found.position)
    )
