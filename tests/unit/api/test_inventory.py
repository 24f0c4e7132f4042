"""GET /v1/inventory: what is where, ranked and paged."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")


def keys_of(page: dict) -> list[tuple[str, str]]:
    return [(row["item_id"], row["site_id"]) for row in page["items"]]


def all_pages(client: TestClient, **parameters: str | int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    cursor = None
    for _ in range(100):
        asked = parameters if cursor is None else {**parameters, "cursor": cursor}
        page = client.get("/v1/inventory", params=asked).raise_for_status().json()
        found += keys_of(page)
        cursor = page["next_cursor"]
        if cursor is None:
            return found
    pytest.fail("the pages never end")


@pytest.fixture
def many(rows: ReadModelRows) -> ReadModelRows:
    """24 positions: ranks with ties, and some whose end is not in sight."""
    for item in range(6):
        for site in range(4):
            rows.position(
                item_id=f"i{item}",
                site_id=f"s{site}",
                name=("BATERIA 100AH" if item == 2 else "SERVIÇO DE ALÇA"),
                region="BA" if site < 2 else "SP",
                at_risk_brl=float((item * site) % 5),
                days_to_stockout_p50=None if item == 5 else float((item + site) % 3),
                below_reorder_point=item % 2,
            )
    return rows


def test_one_position_has_every_field_of_the_contract(client: TestClient, rows: ReadModelRows):
    rows.position(flags="overdue_order;never_counted")
    rows.dead_letter(source_offset=1)
    rows.dead_letter(source_offset=2)

    assert client.get("/v1/inventory/010825/BAJSS002-3").json() == {
        "item_id": "010825",
        "site_id": "BAJSS002-3",
        "name": "RETIFICADOR 48V",
        "unit": "UN",
        "region": "BA",
        "pool_id": "BA-01",
        "on_hand": 1.5,
        "on_order": 0.0,
        "in_transit": 2.0,
        "reserved": 0.5,
        "position": 3.0,
        "reorder_point": 4.0,
        "order_up_to": 9.0,
        "safety_stock": 1.2,
        "below_reorder_point": True,
        "demand": {"mean_per_day": 0.25, "lead_time_days": 12.0, "quantiles": None},
        "p_stockout": 0.71,
        "days_to_stockout": {"p10": 2.0, "p50": 4.0, "p90": 9.5},
        "recommendation": {
            "action": "buy",
            "quantity": 6.0,
            "by": "2025-07-31",
            "from_site": None,
            "substitute_item": None,
        },
        "at_risk_brl": 61200.5,
        "flags": ["overdue_order", "never_counted"],
        "alert_id": None,
        "open_alert": None,
        "facts": 42,
        "as_of_offset": 184223,
        "event_time": "2025-07-20T07:26:40Z",
        "staleness_ms": 93,
        "item_version": "item-fact",
        "site_version": "site-fact",
        "dlq_pending": 2,
        "forecast_version": None,
        "rule_version": "1",
    }


def test_an_open_alert_lends_its_transfer_to_the_position(client: TestClient, rows: ReadModelRows):
    rows.position(alert_id="alert-1")
    rows.alert(alert_id="alert-1", action="transfer", quantity_milli=2_000, from_site="NC001")

    advice = client.get("/v1/inventory/010825/BAJSS002-3").json()["recommendation"]

    assert (advice["action"], advice["quantity"], advice["from_site"]) == ("transfer", 2, "NC001")


def test_a_recovered_alert_lends_nothing(client: TestClient, rows: ReadModelRows):
    rows.position(alert_id="alert-1", action="none", buy_quantity_milli=0, buy_by=None)
    rows.alert(alert_id="alert-1", state="recovered", action="transfer")

    advice = client.get("/v1/inventory/010825/BAJSS002-3").json()["recommendation"]

    assert (advice["action"], advice["by"]) == ("none", None)


def test_a_key_that_nobody_knows_is_a_problem(client: TestClient):
    answer = client.get("/v1/inventory/none/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:nova-corrente:problem:not-found"


def test_ids_may_hold_slashes_spaces_and_percent_signs(client: TestClient, rows: ReadModelRows):
    rows.position(item_id="CABO 1/2", site_id="50%2F/Ç")

    path = f"/v1/inventory/{quote('CABO 1/2', safe='')}/{quote('50%2F/Ç', safe='')}"

    assert client.get(path).json()["site_id"] == "50%2F/Ç"


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("sort", ["at_risk_brl", "item", "site", "days_to_stockout"])
@pytest.mark.parametrize("limit", [1, 7, 24])
def test_pages_hold_every_row_once_in_one_order(client: TestClient, sort: str, limit: int):
    whole = keys_of(client.get("/v1/inventory", params={"sort": sort, "limit": 500}).json())

    assert len(set(whole)) == 24
    assert all_pages(client, sort=sort, limit=limit) == whole


@pytest.mark.usefixtures("many")
def test_the_most_at_risk_come_first(client: TestClient):
    found = client.get("/v1/inventory").json()["items"]

    assert [row["at_risk_brl"] for row in found] == sorted(
        (row["at_risk_brl"] for row in found), reverse=True
    )


@pytest.mark.usefixtures("many")
def test_what_never_runs_out_comes_last(client: TestClient):
    found = client.get("/v1/inventory", params={"sort": "days_to_stockout"}).json()["items"]
    days = [row["days_to_stockout"]["p50"] for row in found]

    assert days[-4:] == [None] * 4
    assert days[:-4] == sorted(days[:-4])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"site": "s1"}, 6),
        ({"item": "i2"}, 4),
        ({"region": "BA"}, 12),
        ({"below_reorder_point": "true"}, 12),
        ({"below_reorder_point": "false", "site": "s3"}, 3),
        ({"search": "bateria"}, 4),
        ({"search": "servico"}, 20),
        ({"search": "%"}, 0),
        ({"site": "s1' OR '1'='1"}, 0),
    ],
)
@pytest.mark.usefixtures("many")
def test_filters_narrow_the_list(client: TestClient, filters: dict[str, str], expected: int):
    assert len(all_pages(client, **filters, limit=5)) == expected


def test_a_page_boundary_survives_rows_that_come_and_go(client: TestClient, many: ReadModelRows):
    first = client.get("/v1/inventory", params={"sort": "item", "limit": 10}).json()
    many.position(item_id="a-new-first", site_id="s0")

    second = client.get(
        "/v1/inventory", params={"sort": "item", "limit": 500, "cursor": first["next_cursor"]}
    ).json()

    assert len(set(keys_of(first) + keys_of(second))) == 24


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("cursor", ["nonsense", "e30", "W10", "WyJ4IiwxXQ", "é"])
def test_a_foreign_cursor_is_refused(client: TestClient, cursor: str):
    answer = client.get("/v1/inventory", params={"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:nova-corrente:problem:invalid-cursor"


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("other", [{"sort": "item"}, {"region": "BA"}])
def test_a_cursor_does_not_pass_to_another_list(client: TestClient, other: dict[str, str]):
    cursor = client.get("/v1/inventory", params={"limit": 2}).json()["next_cursor"]

    assert client.get("/v1/inventory", params={"cursor": cursor, **other}).status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "sort=luck", "site=", "colour=red", "as_of=2025"]
)
def test_what_is_not_understood_is_refused_and_named(client: TestClient, query: str):
    answer = client.get(f"/v1/inventory?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [part] = answer.json()["errors"]
    assert part["location"] == f"query.{query.split('=')[0]}"


def test_one_position_takes_no_parameter_that_it_would_ignore(
    client: TestClient, rows: ReadModelRows
):
    rows.position()

    answer = client.get("/v1/inventory/010825/BAJSS002-3", params={"limit": "5"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == "query.limit"


def test_a_position_tells_of_its_open_alert(client: TestClient, rows: ReadModelRows):
    rows.position(alert_id="alert-1")
    rows.alert(alert_id="alert-1")

    found = client.get("/v1/inventory/010825/BAJSS002-3").json()

    assert found["open_alert"] == {
        "state": "opened",
        "opened_at": "2025-07-20T07:26:40Z",
        "respond_by": "2025-07-20T11:26:40Z",
    }


@pytest.mark.parametrize(("alerted", "expected"), [("true", ["s1"]), ("false", ["s2"])])
def test_positions_can_be_those_with_an_open_alert(
    client: TestClient, rows: ReadModelRows, alerted: str, expected: list[str]
):
    rows.position(site_id="s1", alert_id="alert-1")
    rows.position(site_id="s2")

    page = client.get("/v1/inventory", params={"alerted": alerted}).json()

    assert [row["site_id"] for row in page["items"]] == expected
