"""GET /v1/alerts: what to do, ranked, and how each alert came to be."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from domain.instants import HOUR
from tests.unit.api.read_model_rows import NOW, ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")


@pytest.fixture
def three(rows: ReadModelRows) -> ReadModelRows:
    rows.position()
    for number, (state, risk, site) in enumerate(
        [("opened", 100.0, "s1"), ("recovered", 900.0, "s1"), ("opened", 500.0, "s2")]
    ):
        rows.alert(
            alert_id=f"a{number}",
            event_id=f"t{number}",
            state=state,
            at_risk_brl=risk,
            site_id=site,
            opened_at=NOW - number * HOUR,
            respond_by=NOW + (number % 2) * HOUR,
        )
    return rows


def ids(client: TestClient, **parameters: str | int) -> list[str]:
    page = client.get("/v1/alerts", params=parameters).raise_for_status().json()
    return [row["alert_id"] for row in page["items"]]


def test_an_alert_says_what_to_do_and_with_what_it_was_known(
    client: TestClient, rows: ReadModelRows
):
    rows.position()
    rows.alert()
    rows.dead_letter()

    assert client.get("/v1/alerts").json()["items"] == [
        {
            "alert_id": "alert-1",
            "state": "opened",
            "item_id": "010825",
            "site_id": "BAJSS002-3",
            "name": "RETIFICADOR 48V",
            "unit": "UN",
            "opened_at": "2025-07-20T07:26:40Z",
            "respond_by": "2025-07-20T11:26:40Z",
            "crossing_event_id": "fact-1",
            "crossing_offset": 184201,
            "on_hand": 1.0,
            "position": 1.0,
            "reorder_point": 3.0,
            "p_stockout": 0.71,
            "days_to_stockout": {"p10": 2.0, "p50": 4.0, "p90": 6.0},
            "recommendation": {
                "action": "transfer",
                "quantity": 2.0,
                "by": "2025-07-21",
                "from_site": "NC001",
                "substitute_item": None,
            },
            "at_risk_brl": 61200.5,
            "message": "RETIFICADOR 48V falta em BAJSS002-3 em 2 a 6 dias. "
            "Transferir 2 UN de NC001.",
            "as_of_offset": 184223,
            "event_time": "2025-07-20T07:26:40Z",
            "staleness_ms": 93,
            "item_version": "item-fact",
            "site_version": "site-fact",
            "dlq_pending": 1,
            "forecast_version": None,
            "rule_version": "1",
        }
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["a1", "a2", "a0"]),
        ({"state": "opened"}, ["a2", "a0"]),
        ({"site": "s1"}, ["a1", "a0"]),
        ({"sort": "opened_at"}, ["a0", "a1", "a2"]),
        ({"sort": "respond_by"}, ["a0", "a2", "a1"]),
        ({"state": "withdrawn"}, []),
    ],
)
@pytest.mark.usefixtures("three")
def test_alerts_are_filtered_and_ranked(
    client: TestClient, parameters: dict[str, str], expected: list[str]
):
    assert ids(client, **parameters) == expected


@pytest.mark.usefixtures("three")
def test_pages_of_alerts_follow_each_other(client: TestClient):
    first = client.get("/v1/alerts", params={"limit": 2}).json()

    assert len(first["items"]) == 2
    assert ids(client, limit=2, cursor=first["next_cursor"]) == ["a0"]


def test_one_alert_tells_its_history(client: TestClient, rows: ReadModelRows):
    rows.position()
    rows.alert(event_id="t1", state="opened", transition="opened", log_offset=10)
    rows.alert(event_id="t2", state="recovered", transition="recovered", log_offset=20)

    found = client.get("/v1/alerts/alert-1").json()

    assert found["state"] == "recovered"
    assert [step["transition"] for step in found["transitions"]] == ["opened", "recovered"]


def test_an_alert_may_arrive_before_its_position(client: TestClient, rows: ReadModelRows):
    rows.alert()

    found = client.get("/v1/alerts/alert-1").json()

    assert (found["item_version"], found["dlq_pending"]) == (None, 0)


def test_an_alert_that_is_not_there_is_a_problem(client: TestClient):
    answer = client.get("/v1/alerts/none")

    assert (answer.status_code, answer.json()["status"]) == (404, 404)


@pytest.mark.parametrize("query", ["state=asleep", "sort=item", "stat=opened"])
def test_what_is_not_understood_is_refused(client: TestClient, query: str):
    assert client.get(f"/v1/alerts?{query}").status_code == 422
