"""Browser sessions: a random token in a cookie, its SHA-256 in a file that survives a restart."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from api.access.keys import sha256_hex
from api.clock import Clock
from domain.instants import DAY

_LIFETIME = 7 * DAY
# A person opens a handful; more are forgotten browsers, and the file is rewritten on each.
_MOST_SESSIONS = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser, which may do what its key may, as long as there is that key."""

    expires_at: int
    key_id: str


class Sessions:
    """The signed-in browsers, kept in `sessions.json` of a state directory."""

    def __init__(self, state_dir: Path, clock: Clock) -> None:
        self._path = state_dir / "sessions.json"
        self._clock = clock
        self._lock = threading.Lock()
        self._held = self._load()

    def open(self, key_id: str) -> str:
        """Start a session and return its token: the only time that it is seen in clear."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            live = [(name, each) for name, each in self._held.items() if self._live(each)]
            self._held = dict(live[-_MOST_SESSIONS + 1 :])
            self._held[sha256_hex(token)] = Session(self._clock() + _LIFETIME, key_id)
            self._save()
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a token, or None when there is none or it has expired."""
        session = self._held.get(sha256_hex(token))
        return session if session is not None and self._live(session) else None

    def close(self, token: str) -> None:
        """End a session; an unknown token changes nothing."""
        with self._lock:
            if self._held.pop(sha256_hex(token), None) is not None:
                self._save()

    def _live(self, session: Session) -> bool:
        return session.expires_at > self._clock()

    def _load(self) -> dict[str, Session]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: Session(**each) for name, each in content.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # signing in again is cheaper than a service that does not start

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.touch(mode=0o600)
        content = {name: asdict(each) for name, each in self._held.items()}
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self._path)
