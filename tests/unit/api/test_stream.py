"""GET /v1/alerts/stream: what is told, from where it resumes, and when it must begin anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.live.changes import MOST_KEYS, MOST_TRANSITIONS, Changes, Mark, changes, mark
from api.live.feed import ChangeFeed, Ended
from api.read_model import ReadModel
from api.settings import ApiSettings
from tests.unit.api.conftest import KEY, PORT
from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")

STREAM = "/v1/alerts/stream"
_Event = dict[str, str]


@pytest.fixture
def model(settings: ApiSettings, rows: ReadModelRows) -> ReadModel:
    rows.read_up_to("state.stock-position.v1", partition=3)
    return ReadModel(settings.live_view_path)


@pytest.fixture
def ending(make_app: Callable[..., FastAPI], model: ReadModel) -> Iterator[TestClient]:
    """A client of a service that is about to stop: its streams end where they have caught up."""
    feed = ChangeFeed(model)
    feed.end()
    headers = {"X-API-Key": KEY}
    with TestClient(
        make_app(feed=feed), base_url=f"http://127.0.0.1:{PORT}", headers=headers
    ) as client:
        yield client


def events(client: TestClient, **headers: str) -> list[_Event]:
    answer = client.get(STREAM, headers=headers).raise_for_status()
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.splitlines() for block in answer.text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block) for block in blocks]


def names(told: list[_Event]) -> list[str]:
    return [each["event"] for each in told]


def step(rows: ReadModelRows, number: int, **fields: Any) -> None:
    rows.alert(event_id=f"t{number}", log_offset=number, **fields)


def commit(rows: ReadModelRows, *, records: int = 1) -> None:
    """Say that so many records have been read, as every commit of the sink does."""
    rows.freshness("state.stock-position.v1", records=records)


def test_a_new_listener_is_told_from_where_it_could_resume(ending: TestClient, rows: ReadModelRows):
    step(rows, 1)

    [ready] = events(ending)

    assert ready["event"] == "ready"
    assert ready["id"].endswith("-1")
    assert int(ready["retry"]) > 0


def test_a_listener_that_resumes_hears_what_it_missed_and_only_that(
    ending: TestClient, rows: ReadModelRows
):
    step(rows, 1)
    [ready] = events(ending)
    step(rows, 2, state="recovered", transition="recovered")
    step(rows, 3, alert_id="alert-2")

    told = events(ending, **{"Last-Event-ID": ready["id"]})

    assert names(told) == ["alert", "alert", "ready"]
    first, second = (json.loads(each["data"]) for each in told[:2])
    assert (first["transition"], first["transition_id"]) == ("recovered", "t2")
    assert first["alert"]["state"] == "recovered"
    assert second["alert"]["alert_id"] == "alert-2"
    again = events(ending, **{"Last-Event-ID": told[0]["id"]})
    assert names(again) == ["alert", "ready"]


def test_an_alert_is_told_as_the_list_shows_it(ending: TestClient, rows: ReadModelRows):
    rows.position()
    [ready] = events(ending)
    step(rows, 1)

    [told, _] = events(ending, **{"Last-Event-ID": ready["id"]})

    assert [json.loads(told["data"])["alert"]] == ending.get("/v1/alerts").json()["items"]


def test_the_place_to_resume_can_be_a_parameter(ending: TestClient, rows: ReadModelRows):
    [ready] = events(ending)
    step(rows, 1)

    answer = ending.get(STREAM, params={"last_event_id": ready["id"]})

    assert "event: alert" in answer.text


@pytest.mark.parametrize("heard", ["yesterday", "0-0", "-", "ffff-99999999999999999999", "é-1"])
def test_an_id_that_means_nothing_here_leads_to_a_reset(ending: TestClient, heard: str):
    answer = ending.get(STREAM, params={"last_event_id": heard})

    assert "event: reset" in answer.text


def test_after_a_rebuild_the_lists_must_be_read_anew(ending: TestClient, rows: ReadModelRows):
    step(rows, 1)
    [ready] = events(ending)
    rows.rebuild()

    assert names(events(ending, **{"Last-Event-ID": ready["id"]})) == ["ready", "reset"]


def test_who_missed_too_much_begins_anew(ending: TestClient, rows: ReadModelRows):
    [ready] = events(ending)
    for number in range(MOST_TRANSITIONS + 1):
        step(rows, number)

    assert names(events(ending, **{"Last-Event-ID": ready["id"]})) == ["ready", "reset"]


def test_without_a_read_model_it_is_a_problem(client: TestClient, settings: ApiSettings):
    settings.live_view_path.unlink()

    assert client.get(STREAM).status_code == 503


def test_a_parameter_that_is_not_known_is_refused(client: TestClient):
    assert client.get(f"{STREAM}?since=1").status_code == 422


def look(model: ReadModel, since: Mark | None = None) -> tuple[Mark, Changes | None]:
    with model.snapshot() as read:
        return (mark(read), None) if since is None else changes(read, since)


def test_only_the_positions_that_changed_are_named(model: ReadModel, rows: ReadModelRows):
    rows.position(item_id="a", log_offset=1)
    rows.position(item_id="b", log_offset=2)
    since, _ = look(model)
    assert look(model, since)[1] is None

    rows.position(item_id="a", log_offset=3)
    commit(rows)
    since, found = look(model, since)

    assert found is not None
    assert (found.keys, found.many) == ({("a", "BAJSS002-3")}, False)
    commit(rows, records=2)
    assert look(model, since)[1] == Changes(found.position)


def test_a_tick_that_arrives_in_two_commits_loses_no_position(
    model: ReadModel, rows: ReadModelRows
):
    rows.position(item_id="a", log_offset=7)
    since, _ = look(model)

    rows.position(item_id="b", log_offset=7)
    commit(rows)
    _, found = look(model, since)

    assert found is not None
    assert found.keys == {("b", "BAJSS002-3")}


def test_very_many_changed_positions_are_not_named(model: ReadModel, rows: ReadModelRows):
    since, _ = look(model)
    for number in range(MOST_KEYS + 1):
        rows.position(item_id=str(number), log_offset=number)
    commit(rows)

    _, found = look(model, since)

    assert found is not None
    assert (found.keys, found.many, found.lost) == (frozenset(), True, False)


async def heard(feed: ChangeFeed, write: Callable[[], None]) -> Changes | Ended | None:
    async with feed.listening() as listener:
        await asyncio.to_thread(write)
        return await listener.next(within_seconds=10)


def test_a_listener_hears_of_a_commit_while_it_listens(model: ReadModel, rows: ReadModelRows):
    def write() -> None:
        step(rows, 1)

    found = asyncio.run(heard(ChangeFeed(model), write))

    assert isinstance(found, Changes)
    assert [row["transition_id"] for row in found.transitions] == ["t1"]


def test_all_listeners_end_when_the_service_stops(model: ReadModel):
    feed = ChangeFeed(model)

    assert asyncio.run(heard(feed, feed.end)) is Ended.ENDED


def test_one_who_does_not_listen_is_told_to_begin_anew(model: ReadModel):
    async def slow() -> Changes | Ended | None:
        async with ChangeFeed(model).listening() as listener:
            for _ in range(101):
                listener.tell(Changes(listener.joined_at))
            return await listener.next(within_seconds=1)

    found = asyncio.run(slow())

    assert isinstance(found, Changes)
    assert found.lost
