"""Keys and secrets: made once, stored hashed, readable by their owner only."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from operations.keys import (
    OWNER_SCOPES,
    RECEIVER,
    ensure_owner_key,
    ensure_webhook_endpoints,
    one_time_link,
    write_private,
)
from operations.settings import StackSettings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    monkeypatch.delenv("NOVA_API_KEY", raising=False)
    return StackSettings(tmp_path)


def content(settings: StackSettings, name: str) -> list[dict[str, Any]]:
    path = settings.keys / name
    assert path.stat().st_mode & 0o777 == 0o600
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_owner_key_is_shown_once_and_stored_hashed(settings: StackSettings) -> None:
    key = ensure_owner_key(settings)
    assert key is not None
    assert key.startswith("nova_")
    assert content(settings, "api_keys.json") == [
        {"id": "owner", "sha256": sha256(key), "scopes": list(OWNER_SCOPES)}
    ]
    assert ensure_owner_key(settings) is None


def test_a_chosen_key_replaces_the_owner_s_and_no_other(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_owner_key(settings)
    other = {"id": "dashboard", "sha256": "0" * 64, "scopes": ["stock:read"]}
    write_private(settings.keys / "api_keys.json", [*content(settings, "api_keys.json"), other])
    monkeypatch.setenv("NOVA_API_KEY", "chosen")
    assert ensure_owner_key(settings) is None
    owner, kept = content(settings, "api_keys.json")
    assert (owner["sha256"], kept) == (sha256("chosen"), other)


def test_the_one_time_link_carries_what_its_file_holds_hashed(settings: StackSettings) -> None:
    link = one_time_link(settings)
    address, token = link.split("/?once=")
    assert address == settings.api_url
    assert [each["sha256"] for each in content(settings, "once.json")] == [sha256(token)]


def test_the_receiver_keeps_its_secret_and_leaves_without_the_demo(
    settings: StackSettings,
) -> None:
    ensure_webhook_endpoints(settings, with_receiver=True)
    (first,) = content(settings, "webhook_endpoints.json")
    write_private(
        settings.keys / "webhook_endpoints.json", [first, {"id": "own", "url": "u", "secret": "s"}]
    )
    ensure_webhook_endpoints(settings, with_receiver=True)
    assert {each["id"] for each in content(settings, "webhook_endpoints.json")} == {RECEIVER, "own"}
    assert first in content(settings, "webhook_endpoints.json")
    ensure_webhook_endpoints(settings, with_receiver=False)
    assert [each["id"] for each in content(settings, "webhook_endpoints.json")] == ["own"]
