"""Deliveries: enqueued once, attempted until accepted or given up, one endpoint at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from standardwebhooks import Webhook

from sinks.webhooks.backoff import Backoff
from sinks.webhooks.dispatcher import Dispatcher
from sinks.webhooks.endpoints import Endpoint
from sinks.webhooks.outbox import Announcement, Outbox

SECRET = "whsec_" + "c2VjcmV0" * 4
GOOD = Endpoint("good", "http://good.test/hook", SECRET)
BAD = Endpoint("bad", "http://bad.test/hook", SECRET)
AT = ("alert.stockout.v1", 0)
Handler = Callable[[httpx2.Request], httpx2.Response]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def outbox(tmp_path: Path):
    with closing(Outbox(tmp_path / "state" / "webhooks.sqlite")) as outbox:
        yield outbox


def enqueue(outbox: Outbox, *ids: str, endpoints: tuple[str, ...] = ("good",)) -> None:
    outbox.enqueue(
        [Announcement(each, '{"a":"ã"}', 5) for each in ids],
        endpoints=endpoints,
        next_offsets={AT: 7},
        topic_ids={AT[0]: "id"},
        now=0,
    )


def deliver(outbox: Outbox, handler: Handler, clock: Clock, *endpoints: Endpoint) -> None:
    """Attempt everything that is due at this moment."""

    async def attempt() -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(handler)) as client:
            dispatcher = Dispatcher(outbox, client, clock, jitter=lambda: 0.0, backoff=Backoff())
            while dispatcher.start_due({each.id: each for each in endpoints}):
                await dispatcher.wait(1)
            while dispatcher.busy:
                await dispatcher.wait(1)

    asyncio.run(attempt())


def log_of(outbox: Outbox, columns: str) -> list[tuple[object, ...]]:
    return outbox._connection.execute(
        f"SELECT {columns} FROM delivery ORDER BY transition_id, endpoint_id"
    ).fetchall()


def answering(status: int) -> Handler:
    return lambda _: httpx2.Response(status)


def test_an_alert_seen_twice_is_enqueued_once(outbox):
    enqueue(outbox, "t1")
    enqueue(outbox, "t1", "t2")
    assert log_of(outbox, "transition_id, state") == [("t1", "pending"), ("t2", "pending")]
    assert outbox.next_offsets() == {AT: 7}
    assert outbox.topic_ids() == {AT[0]: "id"}


def test_an_enqueue_that_fails_moves_no_offset(outbox):
    with pytest.raises(KeyError):
        outbox.enqueue([], endpoints=[], next_offsets={AT: 7}, topic_ids={}, now=0)
    with pytest.raises(sqlite3.IntegrityError):
        outbox.enqueue(
            [Announcement("t1", "x", 5)],
            endpoints=["good"],
            next_offsets={AT: None},  # type: ignore[dict-item]  (what makes it fail)
            topic_ids={AT[0]: "id"},
            now=0,
        )
    assert outbox.next_offsets() == {}
    assert log_of(outbox, "*") == []


def test_a_delivery_is_signed_over_the_body_as_sent(outbox):
    seen: list[httpx2.Request] = []
    clock = Clock()

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    enqueue(outbox, "t1")
    deliver(outbox, handler, clock, GOOD)

    (request,) = seen
    assert request.headers["webhook-id"] == "t1"
    assert request.headers["webhook-timestamp"] == "1"
    assert request.headers["content-type"] == "application/json"
    expected = Webhook(SECRET).sign("t1", datetime.fromtimestamp(1, tz=UTC), '{"a":"ã"}')
    assert request.headers["webhook-signature"] == expected
    assert log_of(outbox, "state, attempts, last_status, last_error, first_attempt_at") == [
        ("delivered", 1, 204, None, clock.now)
    ]


def test_a_failed_delivery_is_tried_again_with_the_same_id_until_accepted(outbox):
    seen: list[str] = []
    clock = Clock()
    answers = iter([500, 429, 200])

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["webhook-id"])
        return httpx2.Response(next(answers))

    enqueue(outbox, "t1")
    deliver(outbox, handler, clock, GOOD)
    assert log_of(outbox, "state, attempts, last_status, next_attempt_at") == [
        ("pending", 1, 500, clock.now + 1_000_000)
    ]
    deliver(outbox, handler, clock, GOOD)
    assert seen == ["t1"]  # not due yet

    for _ in range(2):
        clock.now += 10_000_000
        deliver(outbox, handler, clock, GOOD)
    assert seen == ["t1"] * 3
    assert log_of(outbox, "state, attempts, last_error") == [("delivered", 3, None)]


def test_a_delivery_is_given_up_after_the_last_attempt(outbox):
    clock = Clock()
    enqueue(outbox, "t1")
    for _ in range(Backoff().most_attempts + 3):
        deliver(outbox, answering(503), clock, GOOD)
        clock.now += 24 * 3600 * 1_000_000
    assert log_of(outbox, "state, attempts, last_error") == [
        ("dead", Backoff().most_attempts, "answered 503")
    ]
    assert outbox.unfinished() == {"pending": 0, "dead": 1}


def test_an_endpoint_that_is_gone_is_not_asked_again(outbox):
    enqueue(outbox, "t1")
    deliver(outbox, answering(410), Clock(), GOOD)
    assert log_of(outbox, "state, attempts") == [("dead", 1)]


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_only_success_counts_and_no_redirect_is_followed(outbox, status):
    enqueue(outbox, "t1")

    def handler(request: httpx2.Request) -> httpx2.Response:
        assert request.url.host == "good.test"
        return httpx2.Response(status, headers={"location": "http://other.test/"})

    deliver(outbox, handler, Clock(), GOOD)
    assert log_of(outbox, "state, last_status") == [("pending", status)]


def test_an_endpoint_that_hangs_does_not_delay_another(outbox):
    enqueue(outbox, *(f"t{each:02}" for each in range(20)), endpoints=("bad", "good"))
    good: list[str] = []

    async def attempt() -> None:
        never = asyncio.Event()

        async def handler(request: httpx2.Request) -> httpx2.Response:
            if request.url.host == "bad.test":
                await never.wait()
            good.append(request.headers["webhook-id"])
            return httpx2.Response(200)

        async with httpx2.AsyncClient(transport=httpx2.MockTransport(handler)) as client:
            dispatcher = Dispatcher(outbox, client, Clock(), jitter=lambda: 0.0)
            for _ in range(200):
                dispatcher.start_due({"bad": BAD, "good": GOOD})
                await dispatcher.wait(0.01)
                if len(good) == 20:
                    break
            await dispatcher.abandon()

    asyncio.run(attempt())
    assert sorted(good) == [f"t{each:02}" for each in range(20)]
    states = log_of(outbox, "endpoint_id, state")
    assert states.count(("bad", "pending")) == 20
    assert states.count(("good", "delivered")) == 20


def test_no_answer_is_a_failure_that_is_logged(outbox):
    def handler(_: httpx2.Request) -> httpx2.Response:
        msg = "refused"
        raise httpx2.ConnectError(msg)

    enqueue(outbox, "t1")
    deliver(outbox, handler, Clock(), GOOD)
    assert log_of(outbox, "state, attempts, last_status, last_error") == [
        ("pending", 1, None, "ConnectError: refused")
    ]


def test_a_defect_while_attempting_is_not_swallowed(outbox):
    def handler(_: httpx2.Request) -> httpx2.Response:
        msg = "a defect"
        raise RuntimeError(msg)

    enqueue(outbox, "t1")
    with pytest.raises(RuntimeError, match="a defect"):
        deliver(outbox, handler, Clock(), GOOD)


def test_deliveries_for_an_endpoint_that_left_wait_for_its_return(outbox):
    enqueue(outbox, "t1", endpoints=("good", "bad"))
    deliver(outbox, answering(200), Clock(), GOOD)
    assert log_of(outbox, "endpoint_id, state") == [("bad", "pending"), ("good", "delivered")]
    deliver(outbox, answering(200), Clock(), BAD)
    assert outbox.unfinished() == {"pending": 0, "dead": 0}
