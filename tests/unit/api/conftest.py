"""The application over a read model of its own, and a client that speaks to it as localhost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.testclient import TestClient

from api.application import create_app
from api.health.readiness import ReadModelReadiness
from api.live.feed import ChangeFeed
from api.read_model import ReadModel
from api.settings import ApiSettings
from api.uploads.routes import Uploads
from tests.unit.api.read_model_rows import NOW, ReadModelRows

KEY = "nova_owner-key"
PORT = 8000


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def settings(tmp_path: Path) -> ApiSettings:
    keys = [
        {"id": "owner", "sha256": sha256(KEY), "scopes": ["stock:read"]},
        {"id": "writer", "sha256": sha256("writer-key"), "scopes": ["uploads:write"]},
    ]
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    return ApiSettings(
        port=PORT,
        keys_file=tmp_path / "keys.json",
        once_file=tmp_path / "once.json",
        live_view_path=tmp_path / "live_view.sqlite",
        state_dir=tmp_path / "state",
        lake=tmp_path / "lake",
        status_file=tmp_path / "status.json",
        reconciliation_file=tmp_path / "reconciliation.json",
        console_jar=tmp_path / "uplot.jar",
        schedule_file=tmp_path / "schedule.json",
    )


@pytest.fixture
def rows(settings: ApiSettings) -> ReadModelRows:
    """A read model that has been read into, but holds nothing yet."""
    made = ReadModelRows(settings.live_view_path)
    made.read_up_to("state.stock-position.v1")
    return made


class Time:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_app(settings: ApiSettings, time: Time) -> Callable[..., FastAPI]:
    def make(feed: ChangeFeed | None = None, uploads: Uploads | None = None) -> FastAPI:
        model = ReadModel(settings.live_view_path)
        return create_app(
            settings,
            readiness=ReadModelReadiness(model),
            model=model,
            clock=time,
            registry=CollectorRegistry(),
            feed=feed,
            uploads=uploads,
        )

    return make


@pytest.fixture
def stranger(make_app: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A client without a key."""
    with TestClient(make_app(), base_url=f"http://127.0.0.1:{PORT}") as client:
        yield client


@pytest.fixture
def client(make_app: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A client with the owner's key."""
    with TestClient(
        make_app(), base_url=f"http://127.0.0.1:{PORT}", headers={"X-API-Key": KEY}
    ) as client:
        yield client
