"""A data directory in, its access files out: owner's key, one-time link, webhook secrets."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from operations.settings import StackSettings

OWNER_SCOPES = ("stock:read", "alerts:write", "uploads:write", "webhooks:admin", "replay:admin")
RECEIVER = "demo-receiver"
# Nobody guesses 160 bits, and the link still fits on a line.
_KEY_BYTES = 20


def ensure_owner_key(settings: StackSettings) -> str | None:
    """Make the owner's key where there is none; return it then, for it is stored hashed only.

    NOVA_API_KEY, when set, becomes the owner's key and replaces the one before; it is taken out
    of the environment, so that no component inherits it.
    """
    path = settings.keys / "api_keys.json"
    chosen = os.environ.pop("NOVA_API_KEY", None)
    if path.exists() and not chosen:
        return None
    key = chosen or f"nova_{secrets.token_urlsafe(_KEY_BYTES)}"
    others = [each for each in _read(path) if each["id"] != "owner"]
    owner = {"id": "owner", "sha256": _sha256(key), "scopes": list(OWNER_SCOPES)}
    write_private(path, [owner, *others])
    return None if chosen else key


def one_time_link(settings: StackSettings) -> str:
    """Return a fresh link that opens the console once, as the owner."""
    token = secrets.token_urlsafe(_KEY_BYTES)
    write_private(settings.keys / "once.json", [{"id": "owner", "sha256": _sha256(token)}])
    return f"{settings.api_url}/?once={token}"


def ensure_webhook_endpoints(settings: StackSettings, *, with_receiver: bool) -> None:
    """Keep the list of webhook endpoints, with or without the demo's own receiver in it."""
    path = settings.keys / "webhook_endpoints.json"
    known = {each["id"]: each for each in _read(path)}
    receiver = known.pop(RECEIVER, None)
    if with_receiver:
        known[RECEIVER] = {
            "id": RECEIVER,
            "url": f"http://127.0.0.1:{settings.port('webhook-receiver')}/",
            "secret": receiver["secret"] if receiver else _webhook_secret(),
        }
    write_private(path, list(known.values()))


def write_private(path: Path, content: Any) -> None:
    """Replace a file as a whole, readable by its owner only from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    partial.replace(path)


def _read(path: Path) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = (
        json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    )
    return content


def _webhook_secret() -> str:
    """Return a secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
