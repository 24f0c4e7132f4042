"""API keys by their SHA-256, re-read when the file changes."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)
_Stamp = tuple[int, int, int]


class Scope(StrEnum):
    """What a key may be allowed to do."""

    STOCK_READ = "stock:read"
    UPLOADS_WRITE = "uploads:write"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    key_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Key:
    sha256: str
    principal: Principal


class KeyRing:
    """The keys of one JSON file: `[{"id", "sha256", "scopes": [...]}]`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: _Stamp | None = None
        self._keys: tuple[_Key, ...] = ()

    def principal_of(self, secret: str) -> Principal | None:
        """Return whose key this is, or None."""
        self._refresh()
        digest = sha256_hex(secret)
        found: Principal | None = None
        for key in self._keys:  # all of them: how long it takes says nothing about which
            if hmac.compare_digest(key.sha256, digest):
                found = key.principal
        return found

    def principal_named(self, key_id: str) -> Principal | None:
        """Return the owner of a key that is still in the file, or None."""
        self._refresh()
        return next((k.principal for k in self._keys if k.principal.key_id == key_id), None)

    def _refresh(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        if stamp is None:
            self._keys = ()
            return
        try:
            self._keys = _parsed(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            # The keys read before stay valid: a half-edited file must not lock everybody out.
            _log.error("keys_unreadable", file=self._path.name, error=str(error))


def sha256_hex(secret: str) -> str:
    """Return how a secret is kept: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116  (on every request: no Path in between)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _hexadecimal(digest: str) -> str:
    """Return a digest in lower case; one that is none would fail at every comparison."""
    return bytes.fromhex(digest).hex()


def _parsed(text: str) -> tuple[_Key, ...]:
    return tuple(
        _Key(
            sha256=_hexadecimal(str(entry["sha256"])),
            principal=Principal(str(entry["id"]), frozenset(map(str, entry["scopes"]))),
        )
        for entry in json.loads(text)
    )
