"""Probes, metrics, freshness, counters and components."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.health.readiness import ReadModelReadiness
from api.read_model import ReadModel
from api.settings import ApiSettings
from domain.instants import SECOND
from tests.unit.api.read_model_rows import NOW, ReadModelRows


def test_the_process_is_alive_without_a_read_model(stranger: TestClient):
    assert stranger.get("/healthz").json() == {"alive": True}


def test_it_is_not_ready_before_the_read_model_is_there(stranger: TestClient):
    answer = stranger.get("/readyz")

    assert answer.status_code == 503
    assert "live_view.sqlite" in answer.json()["why"]


def test_it_is_ready_before_the_first_record_since_nothing_is_fed_until_it_is(
    stranger: TestClient, settings: ApiSettings
):
    ReadModelRows(settings.live_view_path)

    assert stranger.get("/readyz").status_code == 200


@pytest.mark.usefixtures("rows")
def test_it_is_not_ready_while_a_table_is_missing(stranger: TestClient, settings: ApiSettings):
    with closing(sqlite3.connect(settings.live_view_path)) as database, database:
        database.execute("DROP TABLE freshness")

    assert "freshness" in stranger.get("/readyz").json()["why"]


@pytest.mark.usefixtures("rows")
def test_it_is_ready_once_the_read_model_is(stranger: TestClient):
    answer = stranger.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "why": None})


def test_it_is_not_ready_before_it_listens(rows: ReadModelRows):
    assert ReadModelReadiness(ReadModel(rows.path)).why_not == "starting"


@pytest.mark.usefixtures("rows")
def test_it_is_not_ready_once_it_stops(make_app: Callable[[], FastAPI]):
    client = TestClient(make_app(), base_url="http://127.0.0.1")
    with client:
        assert client.get("/readyz").status_code == 200

    assert client.get("/readyz").json()["why"] == "stopping"


def test_a_replaced_read_model_is_noticed(
    client: TestClient, rows: ReadModelRows, settings: ApiSettings
):
    rows.position()
    assert client.get("/v1/summary").json()["positions"] == 1

    for leftover in settings.live_view_path.parent.glob("live_view.sqlite*"):
        leftover.unlink()
    ReadModelRows(settings.live_view_path)

    assert client.get("/v1/summary").json()["positions"] == 0


def test_without_a_read_model_answers_are_problems_that_say_when_to_ask_again(
    client: TestClient,
):
    answer = client.get("/v1/inventory")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["type"] == "urn:nova-corrente:problem:read-model-unavailable"


def test_the_summary_counts_one_committed_state(client: TestClient, rows: ReadModelRows):
    rows.position(site_id="s1", at_risk_brl=10.5, below_reorder_point=1)
    rows.position(site_id="s2", at_risk_brl=99.0, below_reorder_point=0)
    rows.alert(alert_id="a1", event_id="t1", state="opened")
    rows.alert(alert_id="a2", event_id="t2", state="recovered")
    rows.dead_letter(source_offset=1, reason="undated", item_id=None, site_id=None)

    assert client.get("/v1/summary").json() == {
        "positions": 2,
        "below_reorder_point": 1,
        "at_risk_brl": 10.5,
        "alerts_open": 1,
        "alerts_late": 0,
        "alerts_recovered": 1,
        "dead_letters": 1,
        "dead_letters_by_reason": [
            {"topic": "raw.stock-movement.v1", "reason": "undated", "dead_letters": 1}
        ],
    }


def test_freshness_names_each_hop_its_age_and_how_far_it_was_read(
    client: TestClient, rows: ReadModelRows
):
    rows.read_up_to("alert.stockout.v1", partition=1, next_offset=7)
    rows.freshness("alert.stockout.v1")

    found = client.get("/v1/freshness").json()

    assert found["data_time"] == "2025-07-20T07:26:40Z"
    assert [topic["topic"] for topic in found["topics"]] == [
        "alert.stockout.v1",
        "state.stock-position.v1",
    ]
    alerts, positions = found["topics"]
    assert (alerts["staleness_ms"], alerts["delay_ms"], alerts["records"]) == (2000, 40, 10)
    assert alerts["partitions"] == [{"partition": 1, "next_offset": 7}]
    assert alerts["lag_records"] is None
    assert (positions["newest_record_at"], positions["staleness_ms"]) == (None, None)


def test_status_repeats_what_the_supervisor_wrote(client: TestClient, settings: ApiSettings):
    component = {
        "name": "stock",
        "state": "ready",
        "restarts": 2,
        "pid": 7,
        "rss_mib": 90.5,
        "port": 8005,
    }
    assert settings.status_file is not None
    settings.status_file.write_text(json.dumps({"components": [component]}))

    found = client.get("/v1/status").json()

    assert found["known"]
    assert found["components"] == [{**component, "detail": ""}]


@pytest.mark.parametrize("content", [None, "", "[]", '{"components": [{"state": 1}]}'])
def test_a_missing_or_broken_status_file_is_not_known(
    client: TestClient, settings: ApiSettings, content: str | None
):
    assert settings.status_file is not None
    if content is not None:
        settings.status_file.write_text(content)

    assert client.get("/v1/status").json() == {
        "known": False,
        "written_at": None,
        "components": [],
    }


def test_metrics_count_requests_by_route_not_by_path(client: TestClient, rows: ReadModelRows):
    rows.position()
    client.get("/v1/inventory/010825/BAJSS002-3")
    client.get("/v1/inventory/none/nowhere")
    client.get("/not/a/route")

    text = client.get("/metrics").text

    route = 'component="api.get_inventory"'
    assert f'nova_api_requests_total{{{route},reason="200"}} 1.0' in text
    assert f'nova_api_requests_total{{{route},reason="404"}} 1.0' in text
    assert 'nova_api_requests_total{component="api.unmatched",reason="404"} 1.0' in text
    assert f"nova_api_request_seconds_count{{{route}}} 2.0" in text
    assert "010825" not in text


def test_an_alert_is_late_when_the_data_has_passed_its_time(
    client: TestClient, rows: ReadModelRows
):
    rows.freshness("state.stock-position.v1", newest_event_at=NOW)
    for number in range(1, 5):
        below = int(number != 4)
        rows.position(site_id=f"s{number}", alert_id=f"a{number}", below_reorder_point=below)
    rows.alert(alert_id="a1", event_id="t1", respond_by=NOW - SECOND)
    rows.alert(alert_id="a4", event_id="t4", respond_by=NOW - SECOND)
    rows.alert(alert_id="a2", event_id="t2", respond_by=NOW + SECOND)
    rows.alert(alert_id="a3", event_id="t3", respond_by=NOW - SECOND, state="recovered")

    assert client.get("/v1/summary").json()["alerts_late"] == 1


REPORT = {
    "accounting": {
        "raw.item.v1": {"unaccounted": 1, "gaps": 2},
        "raw.site.v1": {"unaccounted": 0, "gaps": 0},
    },
    "reconciliation": {"keys": 1875, "differences": 4},
    "gold": {"differences": 5, "of_this_silver": True},
    "transfers": {"differences": 6},
}


def test_the_last_proof_is_told_in_figures(client: TestClient, settings: ApiSettings):
    assert settings.reconciliation_file is not None
    settings.reconciliation_file.write_text(json.dumps(REPORT))

    found = client.get("/v1/reconciliation").json()

    assert found.pop("made_at") is not None
    assert found == {
        "known": True,
        "holds": False,
        "keys": 1875,
        "differences": 4,
        "unaccounted": 3,
        "gold_differences": 5,
        "transfer_differences": 6,
    }


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"accounting": {}}'])
def test_without_a_usable_proof_nothing_is_claimed(
    client: TestClient, settings: ApiSettings, content: str | None
):
    assert settings.reconciliation_file is not None
    if content is not None:
        settings.reconciliation_file.write_text(content)

    found = client.get("/v1/reconciliation").json()

    assert found.pop("known") is False
    assert set(found.values()) == {None}
