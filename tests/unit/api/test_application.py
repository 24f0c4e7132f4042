"""What holds for every route: problems, the OpenAPI document, a crash that stays its own."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.alerts.answers import Alert
from api.inventory.answers import InventoryRow
from api.inventory.fact_answers import Fact
from api.inventory.then_answers import InventoryThen
from api.problems import Problem

pytestmark = pytest.mark.usefixtures("rows")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/inventory", 404),
        ("GET", "/v1/inventory/", 404),
        ("GET", "/static/none.css", 404),
        ("POST", "/v1/inventory", 405),
        ("DELETE", "/healthz", 405),
    ],
)
def test_what_is_not_there_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int
):
    answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate(answer.json())
    assert (problem.status, problem.instance) == (status, path)


def test_a_wrong_method_is_told_the_right_ones(client: TestClient):
    assert client.post("/v1/inventory").headers["allow"] == "GET"


def test_a_crash_is_a_problem_that_gives_nothing_away(client: TestClient):
    assert isinstance(client.app, FastAPI)

    @client.app.get("/crash")
    def crash() -> None:
        raise ZeroDivisionError("a secret")  # noqa: EM101, TRY003

    answer = client.get("/crash")

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:nova-corrente:problem:internal-error"
    assert "a secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def document(stranger: TestClient) -> dict:
    return stranger.get("/openapi.json").json()


def test_the_openapi_document_lists_every_route_for_programs(document: dict):
    assert set(document["paths"]) == {
        "/v1/inventory",
        "/v1/inventory/{item}/{site}",
        "/v1/inventory/{item}/{site}/facts",
        "/v1/alerts",
        "/v1/alerts/{id}",
        "/v1/alerts/stream",
        "/v1/forecasts/{item}/{site}",
        "/v1/freshness",
        "/v1/summary",
        "/v1/status",
        "/v1/pipeline",
        "/v1/quality",
        "/v1/reconciliation",
        "/healthz",
        "/readyz",
        "/metrics",
    }


def test_every_reading_route_documents_its_key_its_problems_and_itself(document: dict):
    reading = {path: each["get"] for path, each in document["paths"].items() if "/v1/" in path}

    assert len(reading) == 13
    for route in reading.values():
        assert {"ApiKey": []} in route["security"]
        assert {"200", "401", "403", "422", "503"} <= set(route["responses"])
        assert list(route["responses"]["422"]["content"]) == ["application/problem+json"]
        assert route["summary"]
        assert route["description"]


def test_every_query_parameter_is_described(document: dict):
    parameters = [
        parameter
        for path in document["paths"].values()
        for parameter in path["get"].get("parameters", [])
    ]

    assert len(parameters) > 10
    assert [each["name"] for each in parameters if not each.get("description")] == []


def test_every_reference_of_the_document_leads_somewhere(document: dict):
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.extend(value for name, value in node.items() if name == "$ref")
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    schemas = document["components"]["schemas"]
    assert found
    assert {ref.removeprefix("#/components/schemas/") for ref in found} <= set(schemas)
    assert "HTTPValidationError" not in schemas


def test_examples_of_the_document_are_valid_answers(document: dict):
    for model in (InventoryRow, InventoryThen, Alert, Fact):
        [example] = document["components"]["schemas"][model.__name__]["examples"]
        assert model.model_validate(example).model_dump(mode="json") == example
