"""GET /v1/alerts/stream: what happens, as it happens, resumable where a connection broke."""

# No postponed annotations here: FastAPI could not find a dependency that is made in a function.

import time
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.access.guard import Guard
from api.clock import Clock
from api.live.changes import StreamPosition, missed
from api.live.events import heartbeat, ready, reset, steps, told
from api.live.feed import ChangeFeed, Ended, Listener
from api.problems import ProblemError
from api.read_model import ReadModel

_HEARTBEAT_SECONDS = 10.0


class StreamQuery(BaseModel):
    """The query parameters of the stream."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_event_id: Annotated[
        str | None,
        Field(
            max_length=100,
            description="Resume after this event's id, for clients that cannot set the header "
            "Last-Event-ID; the header wins.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class _Subscription:
    listener: Listener
    beginning: tuple[ServerSentEvent, ...]


def stream_router(model: ReadModel, clock: Clock, feed: ChangeFeed, guard: Guard) -> APIRouter:
    """Return the route of the stream; `guard` is asked again at every heartbeat."""
    router = APIRouter(prefix="/alerts", tags=["alerts"])

    def beginning(heard: str | None, joined_at: StreamPosition) -> list[ServerSentEvent]:
        if heard is None:
            return [ready(joined_at)]
        after = StreamPosition.parsed(heard)
        with model.snapshot() as read:
            rows = None if after is None else missed(read, after, joined_at)
            if rows is None:
                return [ready(joined_at), reset(joined_at)]
            told_again = steps(tuple(rows), filling_id=joined_at.filling_id, now=clock())
            return [*told_again, ready(joined_at)]

    async def subscription(
        query: Annotated[StreamQuery, Query()],
        last_event_id: Annotated[
            str | None, Header(max_length=100, description="Resume after this event's id.")
        ] = None,
    ) -> AsyncIterator[_Subscription]:
        # Here, before the answer begins: a read model that is away is a problem document.
        heard = query.last_event_id if last_event_id is None else last_event_id
        async with feed.listening() as listener:
            begun = await run_in_threadpool(beginning, heard, listener.joined_at)
            yield _Subscription(listener, tuple(begun))

    async def allowed(request: Request) -> bool:
        try:
            await guard(request)
        except ProblemError:
            return False
        return True

    @router.get(
        "/stream",
        summary="Alerts and changed positions as they happen (server-sent events)",
        name="stream_alerts",
        response_class=EventSourceResponse,
    )
    async def stream(
        request: Request, subscribed: Annotated[_Subscription, Depends(subscription)]
    ) -> AsyncIterable[ServerSentEvent]:
        """Tell every step of an alert, and which positions changed.

        `ready`: what is committed from here on will be told. `alert`: a step in an alert's life
        with the alert as it stands now (AlertStep). `changed`: positions are others
        (PositionsChanged). `reset`: the id to resume from is too old or of a read model that was
        rebuilt since, so read the lists anew. Every event's id can be sent as Last-Event-ID.
        """
        for event in subscribed.beginning:
            yield event
        asked_at = time.monotonic()
        while True:
            found = await subscribed.listener.next(within_seconds=_HEARTBEAT_SECONDS)
            if found is Ended.ENDED:
                return
            if time.monotonic() - asked_at >= _HEARTBEAT_SECONDS:
                asked_at = time.monotonic()
                if not await allowed(request):
                    return  # the session is over: whoever connects again is told so
            for event in [heartbeat()] if found is None else told(found, now=clock()):
                yield event

    return router
