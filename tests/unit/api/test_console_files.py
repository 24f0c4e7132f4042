"""What the console's pages load: scripts, styles, and the chart library out of its jar."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.settings import ApiSettings

pytestmark = pytest.mark.usefixtures("rows")

LIBRARY = "/static/vendor/uPlot.iife.min.js"


@pytest.fixture
def jar(settings: ApiSettings) -> Path:
    assert settings.console_jar is not None
    with zipfile.ZipFile(settings.console_jar, "w") as archive:
        for name, content in (
            ("dist/uPlot.iife.min.js", "var uPlot;"),
            ("dist/uPlot.min.css", ".uplot {}"),
            ("LICENSE", "MIT"),
        ):
            archive.writestr(f"META-INF/resources/webjars/uplot/1/{name}", content)
    return settings.console_jar


@pytest.mark.usefixtures("jar")
def test_the_chart_library_is_served_out_of_its_jar(stranger: TestClient):
    script, style = stranger.get(LIBRARY), stranger.get("/static/vendor/uPlot.min.css")

    assert (script.text, script.headers["content-type"]) == (
        "var uPlot;",
        "text/javascript; charset=utf-8",
    )
    assert (style.text, style.headers["content-type"]) == (
        ".uplot {}",
        "text/css; charset=utf-8",
    )


@pytest.mark.usefixtures("jar")
@pytest.mark.parametrize("path", [LIBRARY, "/static/style/base.css"])
def test_what_a_browser_has_already_is_not_sent_again(stranger: TestClient, path: str):
    first = stranger.get(path)
    assert first.headers["cache-control"] == "no-cache"

    again = stranger.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_without_the_jar_the_answer_says_what_is_missing(stranger: TestClient):
    answer = stranger.get(LIBRARY)

    assert answer.status_code == 404
    assert "chart library is not here" in answer.json()["detail"]


def test_a_damaged_jar_is_named(stranger: TestClient, settings: ApiSettings):
    assert settings.console_jar is not None
    settings.console_jar.write_bytes(b"half a jar")

    assert "uplot.jar cannot be used" in stranger.get(LIBRARY).json()["detail"]


@pytest.mark.usefixtures("jar")
@pytest.mark.parametrize("name", ["package.json", "..%2F..%2Fkeys.json", "uPlot.esm.js"])
def test_nothing_else_of_the_jar_is_served(stranger: TestClient, name: str):
    assert stranger.get(f"/static/vendor/{name}").status_code == 404
