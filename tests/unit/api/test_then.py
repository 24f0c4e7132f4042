"""GET /v1/inventory/{item}/{site} with as_of and known_at: the stock of then."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from domain.instants import HOUR, to_datetime
from tests.unit.api.read_model_rows import NOW, ReadModelRows
from tests.unit.domain.long_histories import DAYS, long_history
from tests.unit.domain.oracle import balance_of

PATH = "/v1/inventory/010825/BAJSS002-3"


@pytest.fixture
def history(rows: ReadModelRows) -> ReadModelRows:
    """A count of 7, an issue of 2 that is corrected to 3 an hour after, a receipt of 4."""
    rows.position(on_hand_milli=8_000, occurred_at=NOW + 9 * HOUR)
    told: list[dict[str, Any]] = [
        {"event_id": "a", "kind": "counted", "quantity_milli": 7_000, "occurred_at": NOW},
        {"event_id": "b", "kind": "issued", "quantity_milli": 2_000, "occurred_at": NOW + HOUR},
        {"event_id": "c", "kind": "issued", "quantity_milli": 3_000, "occurred_at": NOW + HOUR,
         "recorded_at": NOW + 3 * HOUR, "corrects": "b"},
        {"event_id": "d", "kind": "received", "quantity_milli": 4_000,
         "occurred_at": NOW + 2 * HOUR},
    ]  # fmt: skip
    for number, each in enumerate(told):
        rows.fact(**{"recorded_at": each["occurred_at"], **each, "log_offset": 100 + number})
    return rows


def asked(client: TestClient, **hours: float) -> dict[str, Any]:
    names = {name: to_datetime(NOW + int(each * HOUR)).isoformat() for name, each in hours.items()}
    answer: dict[str, Any] = client.get(PATH, params=names).raise_for_status().json()
    return answer


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("hours", "on_hand"),
    [
        ({"as_of": -1}, 0.0),
        ({"as_of": 0}, 7.0),
        ({"as_of": 1}, 4.0),
        ({"as_of": 2}, 8.0),
        ({"as_of": 99}, 8.0),
        ({"known_at": 2}, 9.0),
        ({"known_at": 3}, 8.0),
        ({"as_of": 1, "known_at": 2}, 5.0),
        ({"as_of": 1, "known_at": 0.5}, 7.0),
    ],
)
def test_the_stock_of_then_is_what_had_happened_by_what_was_known(
    client: TestClient, hours: dict[str, float], on_hand: float
):
    assert asked(client, **hours)["on_hand"] == on_hand


@pytest.mark.usefixtures("history")
def test_the_answer_says_what_was_asked_and_what_it_rests_on(client: TestClient):
    assert asked(client, as_of=1, known_at=2) == {
        "item_id": "010825",
        "site_id": "BAJSS002-3",
        "unit": "UN",
        "as_of": "2025-07-20T09:26:40Z",
        "known_at": "2025-07-20T10:26:40Z",
        "on_hand": 5.0,
        "on_order": 0.0,
        "in_transit": 0.0,
        "reserved": 0.0,
        "position": 5.0,
        "counted": True,
        "facts": 2,
        "as_of_offset": 103,
    }


@pytest.mark.usefixtures("history")
def test_as_of_the_end_is_now(client: TestClient):
    now = client.get(PATH).json()
    assert asked(client, as_of=24)["on_hand"] == now["on_hand"]


def test_what_was_on_order_then_goes_by_the_statuses_of_then(
    client: TestClient, rows: ReadModelRows
):
    rows.position(occurred_at=NOW + 99 * HOUR)
    line = {"order_id": "P", "line": "1", "due_on": 20_290, "quantity_milli": 5_000}
    for number, (kind, hour) in enumerate([("order_placed", 0), ("order_cancelled", 5)]):
        at = NOW + hour * HOUR
        rows.fact(
            event_id=kind, kind=kind, occurred_at=at, recorded_at=at, log_offset=number, **line
        )
    assert asked(client, as_of=1)["on_order"] == 5.0
    assert asked(client, as_of=6)["on_order"] == 0.0


def test_what_the_worker_refused_as_too_late_is_in_no_number(
    client: TestClient, history: ReadModelRows
):
    history.fact(event_id="late", quantity_milli=1_000, occurred_at=NOW + HOUR, log_offset=200)
    assert asked(client, as_of=24)["on_hand"] == 7.0
    history.dead_letter(
        source_topic="clean.stock-fact.v1", source_partition=3, source_offset=200,
        reason="too_late",
    )  # fmt: skip
    assert asked(client, as_of=24)["on_hand"] == 8.0
    facts = client.get(f"{PATH}/facts").json()["items"]
    assert [each["event_id"] for each in facts] == ["d", "c", "b", "a"]


@pytest.mark.usefixtures("history")
def test_an_alert_is_explained_by_the_facts_up_to_its_crossing(client: TestClient):
    page = client.get(f"{PATH}/facts", params={"through_offset": 101}).json()
    shown = [(each["event_id"], each["live"], each["on_hand_after"]) for each in page["items"]]
    assert shown == [("b", True, 5.0), ("a", True, 7.0)]


@pytest.mark.usefixtures("history")
def test_a_time_without_a_zone_is_sao_paulos(client: TestClient):
    found = client.get(PATH, params={"as_of": "2025-07-20T05:00:00"}).raise_for_status().json()
    assert found["as_of"] == "2025-07-20T08:00:00Z"


@pytest.mark.parametrize(
    "query", ["as_of=yesterday", "known_at=NaN", "as_off=2025-01-01", "as_of=99999-01-01T00:00:00Z"]
)
def test_what_is_not_understood_is_refused(client: TestClient, rows: ReadModelRows, query: str):
    rows.position()
    assert client.get(f"{PATH}?{query}").status_code == 422


@pytest.mark.usefixtures("rows")
def test_a_key_of_which_nothing_is_known_is_a_problem(client: TestClient):
    moment = quote("2025-01-01T00:00:00Z")
    assert client.get(f"{PATH}?as_of={moment}").status_code == 404


@pytest.mark.parametrize("seed", range(6))
def test_a_second_ledger_agrees_with_every_answer_whatever_the_order_of_arrival(
    client: TestClient, rows: ReadModelRows, seed: int
):
    random = Random(seed)
    history = long_history(random)[:80]
    distinct = list({each["event_id"]: each for each in reversed(history)}.values())
    random.shuffle(distinct)
    rows.position(occurred_at=NOW + DAYS * HOUR)
    for number, each in enumerate(distinct):
        hours = {name: NOW + each[name] * HOUR for name in ("occurred_at", "recorded_at")}
        rows.fact(**each | hours | {"cancelled": int(each["cancelled"]), "due_on": 20_290},
                  log_offset=number)  # fmt: skip
    for as_of, known_at in ((99, 99), (30, 99), (99, 30), (20, 40)):
        expected = balance_of(history, as_of, known_at)
        answer = asked(client, as_of=as_of, known_at=known_at)
        for name in ("on_hand", "in_transit", "reserved"):
            assert answer[name] == expected[name] / 1000, (name, as_of, known_at)


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("name", ["as_of", "known_at"])
@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59-03:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_that_utc_has_no_year_for_is_an_invalid_request(
    client: TestClient, name: str, instant: str
) -> None:
    assert client.get(PATH, params={name: instant}).status_code == 422
