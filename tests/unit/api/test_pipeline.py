"""The line hop by hop, from status files and real telemetry servers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from prometheus_client import REGISTRY
from starlette.testclient import TestClient

from adapters.telemetry import Readiness, TelemetrySettings, serve_telemetry
from adapters.telemetry.metrics import EVENTS_REJECTED
from api.pipeline.rates import Rates
from api.pipeline.scrapes import Scraper
from api.settings import ApiSettings
from domain.instants import SECOND
from operations.monitor.board import Board, Sample
from tests.unit.api.conftest import Time
from tests.unit.api.read_model_rows import NOW, ReadModelRows

FACTS = "clean.stock-fact.v1"
NAMES = ["sources", "cleaning", "stock", "pooling", "lakehouse", "live-view", "webhooks", "api"]


@pytest.fixture
def board() -> Iterator[Board]:
    """What the monitor, in this process, would show."""
    made = Board()
    REGISTRY.register(made)
    yield made
    REGISTRY.unregister(made)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The telemetry server of this process: it tells what is registered when it is asked."""
    server = serve_telemetry(TelemetrySettings(port=0), Readiness())
    yield server.server_port
    server.shutdown()
    server.server_close()


def measured(at: int, facts: int = 100) -> list[Sample]:
    return [
        Sample("nova_monitor_measured_timestamp_seconds", at / SECOND),
        Sample("nova_topic_records_total", 40, ("raw.item.v1",)),
        Sample("nova_topic_records_total", 2, ("raw.site.v1",)),
        Sample("nova_topic_age_seconds", 3.5, ("raw.item.v1",)),
        Sample("nova_position_records_total", facts, ("stock", FACTS)),
        Sample("nova_lag_records", 7, ("stock", FACTS)),
        Sample("nova_lag_seconds", 1.25, ("stock", FACTS)),
        Sample("nova_freshness_seconds", 1.5, ("stock", FACTS)),
        Sample("nova_freshness_seconds", 0.5, ("live-view", FACTS)),
    ]


def supervised(settings: ApiSettings, ports: dict[str, int | None], **states: str) -> None:
    assert settings.status_file is not None
    components = [
        {"name": name, "state": states.get(name.replace("-", "_"), "ready"), "port": port}
        for name, port in ports.items()
    ]
    settings.status_file.write_text(json.dumps({"components": components}))


def hops(client: TestClient) -> dict[str, dict[str, Any]]:
    answer = client.get("/v1/pipeline")
    assert answer.status_code == 200, answer.text
    found = {each["name"]: each for each in answer.json()["hops"]}
    assert list(found) == NAMES
    return found


@pytest.mark.usefixtures("rows")
def test_a_hop_says_what_it_reads_how_much_it_did_and_how_far_it_is_behind(
    client: TestClient, settings: ApiSettings, board: Board, port: int
):
    board.show("log", measured(NOW))
    supervised(settings, {"stock": port, "monitor": port})

    stock = hops(client)["stock"]

    assert stock["reads"] == [FACTS]
    assert "decision.stock-decided.v1" in stock["writes"]
    assert (stock["state"], stock["restarts"], stock["why_not"]) == ("ready", 0, None)
    assert (stock["events_total"], stock["events_per_second"]) == (100, None)
    assert (stock["lag_records"], stock["lag_seconds"]) == (7, 1.25)
    assert stock["freshness_seconds"] == 1.5


@pytest.mark.usefixtures("rows")
def test_the_sources_are_what_arrives_and_the_api_is_as_fresh_as_the_read_model(
    client: TestClient, settings: ApiSettings, board: Board, port: int
):
    board.show("log", measured(NOW))
    supervised(settings, {"broker": 1, "api": 2, "monitor": port})

    found = hops(client)

    assert found["sources"]["events_total"] == 42
    assert found["sources"]["freshness_seconds"] == 3.5
    assert found["sources"]["why_not"] is None
    assert found["api"]["freshness_seconds"] == 0.5
    assert found["api"]["events_total"] is None


@pytest.mark.usefixtures("rows")
def test_a_rate_is_told_from_two_rounds_of_the_monitor(
    client: TestClient, settings: ApiSettings, board: Board, port: int, time: Time
):
    supervised(settings, {"stock": port, "monitor": port})
    board.show("log", measured(NOW, facts=100))
    assert hops(client)["stock"]["events_per_second"] is None

    time.now = NOW + 4 * SECOND
    board.show("log", measured(NOW + 4 * SECOND, facts=300))

    assert hops(client)["stock"]["events_per_second"] == 50.0


@pytest.mark.usefixtures("rows")
def test_many_browsers_within_a_second_cost_one_scrape(
    client: TestClient, settings: ApiSettings, board: Board, port: int, time: Time
):
    supervised(settings, {"stock": port, "monitor": port})
    board.show("log", measured(NOW, facts=100))
    first = client.get("/v1/pipeline").json()
    board.show("log", measured(NOW, facts=200))
    time.now = NOW + SECOND // 2
    assert client.get("/v1/pipeline").json() == first

    time.now = NOW + SECOND
    assert hops(client)["stock"]["events_total"] == 200


@pytest.mark.usefixtures("rows")
def test_a_hop_that_does_not_answer_says_so_and_holds_up_no_other(
    client: TestClient, settings: ApiSettings, board: Board, port: int
):
    board.show("log", measured(NOW))
    with ExitStack() as stack:
        # It takes connections, like a process that is stopped, and never answers.
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        nobody = socket.socket()
        nobody.bind(("127.0.0.1", 0))
        stack.enter_context(nobody)
        ports = {"webhooks": silent.getsockname()[1], "pooling": nobody.getsockname()[1]}
        supervised(settings, {**ports, "stock": port, "monitor": port})

        found = hops(client)

    assert found["webhooks"]["why_not"] == "does not answer within 0.5 s"
    assert found["webhooks"]["rejected_total"] is None
    assert found["pooling"]["why_not"] == "does not answer"
    assert found["stock"]["why_not"] is None


@pytest.mark.usefixtures("rows")
def test_a_component_that_is_down_keeps_its_lag_and_says_why_it_is_down(
    client: TestClient, settings: ApiSettings, board: Board, port: int
):
    board.show("log", measured(NOW))
    assert settings.status_file is not None
    down = {"name": "stock", "state": "backing_off", "restarts": 3, "detail": "killed by SIGKILL"}
    monitor = {"name": "monitor", "state": "ready", "port": port}
    settings.status_file.write_text(json.dumps({"components": [down, monitor]}))

    stock = hops(client)["stock"]

    assert (stock["state"], stock["restarts"]) == ("backing_off", 3)
    assert stock["why_not"] == "killed by SIGKILL"
    assert stock["lag_records"] == 7


def test_without_supervisor_monitor_or_read_model_everything_is_null_and_says_why(
    client: TestClient,
):
    answer = client.get("/v1/pipeline").json()

    for hop in answer["hops"]:
        assert hop["why_not"] == "no supervisor tells of it"
        assert hop["state"] is hop["events_total"] is hop["lag_records"] is None
        assert hop["rejected_total"] is None
    assert answer["dead_letters"] == {"total": None, "by_reason": {}}
    assert answer["jobs"] == []


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ([], "lag is not known: the monitor has not measured yet"),
        (measured(NOW - 90 * SECOND), "lag is not known: the monitor has not measured for 90 s"),
    ],
)
def test_old_measurements_are_not_passed_off_as_new(
    client: TestClient,
    settings: ApiSettings,
    board: Board,
    port: int,
    samples: list[Sample],
    why: str,
):
    board.show("log", samples)
    supervised(settings, {"stock": port, "monitor": port})

    stock = hops(client)["stock"]

    assert stock["why_not"] == why
    assert stock["lag_seconds"] is stock["events_total"] is None


def test_dead_letters_count_at_the_hop_that_refuses_first(
    client: TestClient, rows: ReadModelRows, settings: ApiSettings, port: int
):
    for offset, topic, reason in [
        (1, "raw.item.v1", "undated"),
        (2, "raw.item.v1", "undecodable"),
        (3, FACTS, "too_late"),
        (4, "state.stock-position.v1", "undecodable"),
    ]:
        rows.dead_letter(source_offset=offset, source_topic=topic, reason=reason)
    EVENTS_REJECTED.labels("alert.stockout.v1", "undecodable").inc()
    supervised(settings, {"webhooks": port, "monitor": port})

    found = hops(client)
    letters = client.get("/v1/pipeline").json()["dead_letters"]

    by_hop = {name: found[name]["rejected_total"] for name in NAMES[1:5]}
    assert by_hop == {"cleaning": 2, "stock": 1, "pooling": 0, "lakehouse": 1}
    assert found["webhooks"]["rejected_total"] >= 1
    assert letters == {"total": 4, "by_reason": {"undecodable": 2, "undated": 1, "too_late": 1}}


@pytest.mark.usefixtures("rows")
def test_jobs_are_what_the_schedule_wrote(client: TestClient, settings: ApiSettings):
    job = {
        "name": "compaction",
        "state": "waiting",
        "last_started_at": "2026-03-01T11:00:00Z",
        "last_ended_at": "2026-03-01T11:01:00Z",
        "last_seconds": 60.0,
        "last_outcome": "ok",
        "next_due_at": "2026-03-01T12:00:00Z",
        "failures_in_a_row": 0,
    }
    written = {**job, "last_exit_code": 0, "history": []}
    assert settings.schedule_file is not None
    settings.schedule_file.write_text(json.dumps({"jobs": [written]}))

    assert client.get("/v1/pipeline").json()["jobs"] == [job]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("content", ["", "[]", '{"jobs": [{"name": 1}]}'])
def test_a_broken_schedule_has_no_jobs(client: TestClient, settings: ApiSettings, content: str):
    assert settings.schedule_file is not None
    settings.schedule_file.write_text(content)

    assert client.get("/v1/pipeline").json()["jobs"] == []


def test_a_total_that_fell_has_no_rate_and_neither_has_a_single_moment():
    rates = Rates()
    rates.saw(0.0, {"stock": 10})
    assert rates.per_second("stock") is None
    rates.saw(2.0, {"stock": 5})
    assert rates.per_second("stock") is None


def test_a_rate_looks_back_a_few_seconds_and_not_over_a_long_pause():
    rates = Rates()
    for at in range(0, 40, 2):
        rates.saw(float(at), {"stock": 0 if at < 20 else 100})
    assert rates.per_second("stock") == 0.0
    rates.saw(200.0, {"stock": 1000})
    assert rates.per_second("stock") is None


def test_a_scrape_reads_only_what_is_the_platform_s(port: int):
    (scrape,) = Scraper().scrape({"stock": port}).values()

    assert scrape.why_not is None
    assert {each.name for each in scrape.samples if not each.name.startswith("nova_")} == set()
