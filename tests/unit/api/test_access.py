"""Who may pass: keys, sessions, the one-time link, and what every answer carries."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.settings import ApiSettings
from domain.instants import DAY
from tests.unit.api.conftest import KEY, PORT, Time, sha256
from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")

COOKIE = f"nova_session_{PORT}"
READ_ROUTES = [
    "/v1/inventory",
    "/v1/inventory/010825/BAJSS002-3",
    "/v1/inventory/010825/BAJSS002-3/facts",
    "/v1/alerts",
    "/v1/alerts/alert-1",
    "/v1/freshness",
    "/v1/summary",
    "/v1/status",
    "/v1/reconciliation",
]
every_read_route = pytest.mark.parametrize("path", READ_ROUTES)
every_guarded_route = pytest.mark.parametrize("path", [*READ_ROUTES, "/v1/alerts/stream"])


def write_link(settings: ApiSettings, token: str) -> None:
    assert settings.once_file is not None
    settings.once_file.write_text(json.dumps([{"id": "owner", "sha256": sha256(token)}]))


@every_guarded_route
def test_without_a_key_nothing_is_read(stranger: TestClient, path: str):
    answer = stranger.get(path)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "X-API-Key" in answer.headers["www-authenticate"]


@every_guarded_route
def test_with_a_key_that_may_not_read_nothing_is_read(stranger: TestClient, path: str):
    answer = stranger.get(path, headers={"X-API-Key": "writer-key"})

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:nova-corrente:problem:forbidden"


@every_read_route
def test_with_a_key_that_may_read_it_is_answered(
    client: TestClient, rows: ReadModelRows, path: str
):
    rows.position()
    rows.alert()

    assert client.get(path).status_code == 200


def test_who_may_not_pass_does_not_learn_what_is_wrong_with_a_request(stranger: TestClient):
    assert stranger.get("/v1/inventory?limit=x").status_code == 401


def test_a_wrong_key_is_not_saved_by_a_session(stranger: TestClient):
    stranger.post("/session", data={"key": KEY})
    assert stranger.get("/v1/summary").status_code == 200

    assert stranger.get("/v1/summary", headers={"X-API-Key": "wrong"}).status_code == 401


def test_a_key_that_is_added_or_removed_counts_at_once(client: TestClient, settings: ApiSettings):
    assert client.get("/v1/summary").status_code == 200

    added = [{"id": "new", "sha256": sha256("new-key"), "scopes": ["stock:read"]}]
    settings.keys_file.write_text(json.dumps(added))
    os.utime(settings.keys_file, ns=(1, 1))

    assert client.get("/v1/summary").status_code == 401
    assert client.get("/v1/summary", headers={"X-API-Key": "new-key"}).status_code == 200


def test_a_half_edited_key_file_locks_nobody_out(client: TestClient, settings: ApiSettings):
    assert client.get("/v1/summary").status_code == 200

    settings.keys_file.write_text('[{"id":')

    assert client.get("/v1/summary").status_code == 200


def test_without_a_key_file_nobody_passes(client: TestClient, settings: ApiSettings):
    settings.keys_file.unlink()

    assert client.get("/v1/summary").status_code == 401


@pytest.mark.parametrize("path", ["/", "/fluxo", "/item/010825/BAJSS002-3"])
def test_every_page_asks_a_stranger_for_a_key(stranger: TestClient, path: str):
    answer = stranger.get(path)

    assert answer.status_code == 200
    assert 'action="/session"' in answer.text


def test_a_key_typed_into_the_page_opens_it(stranger: TestClient):
    answer = stranger.post("/session", data={"key": f" {KEY} "}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert 'action="/session"' not in stranger.get("/").text
    assert stranger.get("/v1/summary").status_code == 200


@pytest.mark.parametrize(
    "here", ["/", "/fluxo", "/item/A%2FB/S%201?days=90", "/item/010825/BAJSS002-3"]
)
def test_signing_in_opens_the_page_that_was_asked_for(stranger: TestClient, here: str):
    asked = stranger.get(here)
    assert f'name="here" value="{here}"' in asked.text

    answer = stranger.post("/session", data={"key": KEY, "here": here}, follow_redirects=False)

    assert answer.headers["location"] == here


@pytest.mark.parametrize(
    "here", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/session/end"]
)
def test_signing_in_leads_to_no_other_place(stranger: TestClient, here: str):
    answer = stranger.post("/session", data={"key": KEY, "here": here}, follow_redirects=False)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("form", [{}, {"key": ""}, {"key": "wrong"}, {"key": "x" * 9000}])
def test_a_wrong_key_typed_into_the_page_is_said_so(stranger: TestClient, form: dict[str, str]):
    answer = stranger.post("/session", data=form)

    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert COOKIE not in stranger.cookies


def test_a_key_that_may_not_read_opens_no_page(stranger: TestClient):
    assert stranger.post("/session", data={"key": "writer-key"}).status_code == 401


def test_another_site_cannot_sign_a_browser_in_or_out(stranger: TestClient):
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert stranger.post("/session", data={"key": KEY}, headers=foreign).status_code == 401

    stranger.post("/session", data={"key": KEY})
    stranger.post("/session/end", headers=foreign)

    assert stranger.get("/v1/summary").status_code == 200


def test_signing_out_ends_the_session_itself(stranger: TestClient):
    stranger.post("/session", data={"key": KEY})
    token = stranger.cookies[COOKIE]

    stranger.post("/session/end")

    assert COOKIE not in stranger.cookies
    answer = stranger.get("/v1/summary", headers={"Cookie": f"{COOKIE}={token}"})
    assert answer.status_code == 401


def test_the_link_opens_the_page_once(stranger: TestClient, settings: ApiSettings):
    write_link(settings, "one-time")

    first = stranger.get("/?once=one-time", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert stranger.get("/v1/summary").status_code == 200

    stranger.cookies.clear()
    second = stranger.get("/?once=one-time", follow_redirects=False)
    assert second.status_code == 401
    assert "já foi usado" in second.text


def test_a_guess_does_not_use_the_link_up(stranger: TestClient, settings: ApiSettings):
    write_link(settings, "one-time")

    assert stranger.get("/?once=guess").status_code == 401
    assert stranger.get("/?once=one-time", follow_redirects=False).status_code == 303


def test_a_session_ends_when_its_key_is_removed(stranger: TestClient, settings: ApiSettings):
    stranger.post("/session", data={"key": KEY})

    settings.keys_file.write_text("[]")

    assert stranger.get("/v1/summary").status_code == 401


def test_a_session_ends_after_a_week(stranger: TestClient, time: Time):
    stranger.post("/session", data={"key": KEY})

    time.now += 7 * DAY

    assert stranger.get("/v1/summary").status_code == 401


def test_a_session_survives_a_restart_and_is_kept_hashed(
    stranger: TestClient,
    settings: ApiSettings,
    make_app: Callable[[], FastAPI],
):
    stranger.post("/session", data={"key": KEY})
    token = stranger.cookies[COOKIE]
    kept = settings.state_dir / "sessions.json"

    restarted = TestClient(make_app(), base_url=f"http://127.0.0.1:{PORT}")
    restarted.cookies.set(COOKIE, token)

    assert restarted.get("/v1/summary").status_code == 200
    assert token not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1]"])
def test_a_foreign_host_header_is_refused_everywhere(client: TestClient, host: str):
    for path in ("/", "/healthz", "/v1/summary", "/metrics", "/static/style/base.css"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1:8000"])
def test_localhost_is_answered_on_any_port(client: TestClient, host: str):
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/summary", "/nowhere", "/openapi.json"])
def test_every_answer_forbids_inline_scripts_frames_and_sniffing(client: TestClient, path: str):
    headers = client.get(path).headers

    assert "script-src 'self';" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
