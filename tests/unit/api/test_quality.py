"""The newest quality checkpoint as an answer, and its pages for those who are signed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.settings import ApiSettings
from tests.unit.api.conftest import KEY

RESULT = {
    "made_at": "2025-06-30T12:00:00+00:00",
    "success": False,
    "expectations": 20,
    "failed": 1,
    "suites": [
        {
            "suite": "items",
            "table": "silver/stock_fact",
            "topic": "clean.stock-fact.v1",
            "version": 7,
            "success": False,
            "expectations": 20,
            "failed": 1,
            "rows": 681,
            "failures": [
                {
                    "expectation": "unit_is_known",
                    "column": "unit",
                    "unexpected": 1,
                    "of": 681,
                    "examples": ["DÚZIA"],
                    "error": None,
                }
            ],
        }
    ],
}


@pytest.fixture
def quality(settings: ApiSettings) -> Path:
    """The folder as a checkpoint leaves it: `docs` is a link to the newest pages."""
    assert settings.lake is not None
    folder = settings.lake / "quality"
    pages = folder / ".docs-1"
    (pages / "validations").mkdir(parents=True)
    (pages / "index.html").write_text("<h1>pages</h1>")
    (pages / "pages.css").write_text("h1 {}")
    (pages / "validations/facts.html").write_text("facts")
    (pages / "notes.txt").write_text("no page")
    (folder / "docs").symlink_to(".docs-1")
    (folder / "result.json").write_text(json.dumps(RESULT))
    (folder / "other.html").write_text("beside the pages")
    return folder


@pytest.fixture
def browser(stranger: TestClient) -> TestClient:
    """A client that has signed in, as a browser does."""
    stranger.post("/session", data={"key": KEY})
    return stranger


@pytest.mark.usefixtures("quality")
def test_the_newest_result_is_answered_as_it_is(client: TestClient) -> None:
    found = client.get("/v1/quality").json()
    assert found == {**RESULT, "made_at": "2025-06-30T12:00:00Z"}


@pytest.mark.usefixtures("quality")
def test_strangers_get_neither_the_result_nor_a_page(stranger: TestClient) -> None:
    assert stranger.get("/v1/quality").status_code == 401
    turned_away = stranger.get("/quality/", follow_redirects=False)
    assert (turned_away.status_code, turned_away.headers["location"]) == (303, "/")


def test_before_the_first_checkpoint_a_problem_and_a_page_say_so(
    client: TestClient, browser: TestClient
) -> None:
    problem = client.get("/v1/quality")
    assert problem.status_code == 404
    assert "one follows every compaction" in problem.json()["detail"]
    page = browser.get("/quality/")
    assert page.status_code == 404
    assert "Ainda não houve conferência" in page.text


def test_half_a_result_is_a_problem_not_a_crash(client: TestClient, quality: Path) -> None:
    (quality / "result.json").write_text('{"made_at": ')
    assert client.get("/v1/quality").status_code == 503


@pytest.mark.usefixtures("quality")
def test_the_signed_in_read_the_pages_under_the_safe_headers(browser: TestClient) -> None:
    index, style = browser.get("/quality/"), browser.get("/quality/pages.css")
    assert (index.status_code, index.text) == (200, "<h1>pages</h1>")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in index.headers["content-security-policy"]
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert browser.get("/quality/validations/facts.html").text == "facts"
    assert browser.get("/quality").url.path == "/quality/"


@pytest.mark.usefixtures("quality")
@pytest.mark.parametrize(
    "path",
    [
        "other.html",
        "%2e%2e/other.html",
        "validations/%2e%2e/%2e%2e/other.html",
        "..%2fother.html",
        "%2fetc%2fpasswd",
        "notes.txt",
        "validations",
        "%00.html",
        "x" * 5000 + ".html",
    ],
)
def test_no_path_leads_out_of_the_pages(browser: TestClient, path: str) -> None:
    answer = browser.get(f"/quality/{path}")
    assert answer.status_code == 404
    assert "beside the pages" not in answer.text


def test_a_page_that_a_newer_checkpoint_replaced_leads_to_the_newest(
    browser: TestClient, quality: Path
) -> None:
    gone = browser.get("/quality/validations/older.html")
    assert (gone.status_code, quality.exists()) == (404, True)
    assert 'href="/quality/"' in gone.text
