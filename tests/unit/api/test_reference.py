"""The page of the API for people: what a start's box and the README send them to."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.usefixtures("rows")
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?!/)""")


@pytest.fixture
def page(stranger: TestClient) -> str:
    answer = stranger.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def test_every_endpoint_of_the_document_is_on_it(page: str, stranger: TestClient) -> None:
    document = stranger.get("/openapi.json").json()
    shown = set(re.findall(r"<summary><code>(\w+ \S+)</code>", page))
    assert shown == {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert len(shown) > 10


def test_it_says_what_an_endpoint_takes_and_answers(page: str) -> None:
    (listed,) = re.findall(r"GET /v1/inventory<.*?</details>", page, re.DOTALL)
    rows = re.findall(r"<code>(\w+)</code></th><td>([^<]*)</td>", listed)
    assert ("below_reorder_point", "query, boolean") in rows
    assert ("sort", "query, at_risk_brl | item | site | days_to_stockout") in rows
    assert ("next_cursor", "string or null") in rows
    assert "reorder_point" in {name for name, _ in rows}


def test_it_fetches_nothing_from_elsewhere_and_runs_no_script(
    page: str, stranger: TestClient
) -> None:
    assert ELSEWHERE.findall(page) == []
    assert "<script" not in page
    assert " style=" not in page
    sheets = re.findall(r'stylesheet" href="([^"]+)"', page)
    assert sheets
    assert {stranger.get(each).status_code for each in sheets} == {200}
