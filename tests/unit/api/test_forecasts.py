"""GET /v1/forecasts/{item}/{site}: the demand to come, summed up day by day."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api.forecasts.answers import Forecast
from domain.instants import DAY
from tests.unit.api.read_model_rows import NOW, ReadModelRows

PATH = "/v1/forecasts/010825/BAJSS002-3"


@pytest.fixture
def known(rows: ReadModelRows) -> ReadModelRows:
    rows.position(forecast_version="20250720-5f0c7c2fa1b2")
    rows.estimate()
    rows.freshness("state.demand-estimate.v1", newest_event_at=NOW)
    return rows


def test_a_forecast_has_every_field_of_the_contract(client: TestClient, known: ReadModelRows):
    known.dead_letter(source_offset=1)

    answer = client.get(PATH, params={"horizon_days": 2}).raise_for_status().json()

    # NOW is 05:26:40 in São Paulo: 18 h 33 min 20 s of today are left.
    assert answer == {
        "item_id": "010825",
        "site_id": "BAJSS002-3",
        "model": "river-ew-0.06 + statsforecast-tsb-0.1-0.05",
        "issued_at": "2025-07-20T08:26:40Z",
        "unit": "UN",
        "horizon_days": 2,
        "days": [
            {"on": "2025-07-20", "mean": 0.193, "p10": 0.0, "p50": 0.0, "p90": 1.0},
            {"on": "2025-07-21", "mean": 0.443, "p10": 0.0, "p50": 0.0, "p90": 2.0},
        ],
        "as_of_offset": 184_223,
        "event_time": "2025-07-20T07:26:40Z",
        "staleness_ms": 93,
        "item_version": "item-fact",
        "site_version": "site-fact",
        "dlq_pending": 1,
        "forecast_version": "20250720-5f0c7c2fa1b2",
        "rule_version": "1",
    }


@pytest.mark.usefixtures("known")
def test_it_looks_sixty_days_ahead_unless_told_otherwise(client: TestClient):
    days = client.get(PATH).json()["days"]

    assert [date.fromisoformat(day["on"]) for day in days] == [
        date(2025, 7, 20) + timedelta(days=number) for number in range(60)
    ]


@pytest.mark.usefixtures("known")
def test_what_is_summed_up_only_rises_and_its_quantiles_are_in_order(client: TestClient):
    days = client.get(PATH, params={"horizon_days": 180}).json()["days"]

    assert len(days) == 180
    for name in ("mean", "p10", "p50", "p90"):
        assert [day[name] for day in days] == sorted(day[name] for day in days)
    assert all(0 <= day["p10"] <= day["p50"] <= day["p90"] for day in days)
    assert days[-1]["mean"] == pytest.approx(1.75 * 179.773 / 7, abs=0.001)


def test_pieces_come_whole_and_kilos_do_not(client: TestClient, known: ReadModelRows):
    def quantiles() -> list[float]:
        days = client.get(PATH).json()["days"]
        return [day[name] for day in days for name in ("p10", "p50", "p90")]

    assert all(number.is_integer() for number in quantiles())
    known.position(unit="KG")
    assert not all(number.is_integer() for number in quantiles())


def test_it_begins_at_the_time_of_the_data_though_the_key_has_long_been_quiet(
    client: TestClient, known: ReadModelRows
):
    known.estimate(occurred_at=NOW - 9 * DAY)

    answer = client.get(PATH).json()

    assert answer["issued_at"] == "2025-07-20T08:26:40Z"
    assert answer["event_time"] == "2025-07-11T08:26:40Z"


def test_before_anything_tells_the_time_it_begins_at_the_estimate(
    client: TestClient, rows: ReadModelRows
):
    rows.position()
    rows.estimate(forecast_version=None, prior_weeks=0.0, model="river-ew-0.06")

    answer = client.get(PATH).json()

    assert answer["issued_at"] == answer["event_time"] == "2025-07-20T07:26:40Z"
    assert answer["forecast_version"] is None


def test_without_any_demand_nothing_is_to_come(client: TestClient, known: ReadModelRows):
    known.estimate(mean_per_week=0.0, variance_per_week=0.0)

    last = client.get(PATH).json()["days"][-1]

    assert (last["mean"], last["p10"], last["p50"], last["p90"]) == (0, 0, 0, 0)


@pytest.mark.usefixtures("known")
def test_an_unknown_key_is_a_problem(client: TestClient):
    answer = client.get("/v1/forecasts/010825/NOWHERE")

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:nova-corrente:problem:not-found"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "parameters", [{"horizon_days": 0}, {"horizon_days": 181}, {"horizon": 60}]
)
def test_a_horizon_out_of_bounds_or_misspelt_is_a_problem(
    client: TestClient, parameters: dict[str, int]
):
    assert client.get(PATH, params=parameters).status_code == 422


def test_a_slash_in_an_id_stays_a_part_of_it(client: TestClient, known: ReadModelRows):
    known.position(item_id="A/B")
    known.estimate(item_id="A/B")

    answer = client.get(f"/v1/forecasts/{quote('A/B', safe='')}/BAJSS002-3")

    assert answer.json()["item_id"] == "A/B"


@pytest.mark.usefixtures("known")
def test_it_needs_a_key_that_may_read_stock(stranger: TestClient):
    assert stranger.get(PATH).status_code == 401
    assert stranger.get(PATH, headers={"X-API-Key": "writer-key"}).status_code == 403


@pytest.mark.usefixtures("known")
def test_the_example_in_the_document_is_a_forecast(stranger: TestClient):
    document = stranger.get("/openapi.json").json()

    (example,) = document["components"]["schemas"]["Forecast"]["examples"]
    assert Forecast.model_validate(example).horizon_days == len(example["days"])


def test_positions_and_alerts_say_which_forecast_is_in_them(
    client: TestClient, known: ReadModelRows
):
    known.alert()

    assert client.get("/v1/inventory/010825/BAJSS002-3").json()["forecast_version"] is not None
    (alert,) = client.get("/v1/alerts").json()["items"]
    assert alert["forecast_version"] == "20250720-5f0c7c2fa1b2"
