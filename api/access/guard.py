"""Who may pass: `X-API-Key`, or the session cookie of a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from api.access.keys import KeyRing, Principal, Scope
from api.access.sessions import Sessions
from api.problems import ProblemError, ProblemKind

KEY_HEADER = "X-API-Key"
_CHALLENGE = {"WWW-Authenticate": f'ApiKey realm="nova-corrente", header="{KEY_HEADER}"'}

Guard = Callable[..., Awaitable[Principal]]


class Door:
    """Knows every way in; the guards of routes and the page ask it."""

    def __init__(self, keys: KeyRing, sessions: Sessions, *, port: int) -> None:
        self.keys = keys
        self.sessions = sessions
        # Browsers share cookies between ports of a host: two stacks must not sign each other out.
        self.cookie = f"nova_session_{port}"

    def visitor(self, request: Request) -> Principal | None:
        """Return whose browser this is, or None without a valid session."""
        token = request.cookies.get(self.cookie)
        session = self.sessions.find(token) if token else None
        return None if session is None else self.keys.principal_named(session.key_id)

    def requires(self, *scopes: Scope) -> Guard:
        """Return a dependency that lets only callers with one of these scopes through."""

        async def guard(request: Request) -> Principal:
            key = request.headers.get(KEY_HEADER)
            caller = self.visitor(request) if key is None else self.keys.principal_of(key)
            return _allowed(caller, scopes)

        return guard


def _allowed(caller: Principal | None, scopes: tuple[Scope, ...]) -> Principal:
    if caller is None:
        detail = f"send a valid API key in the {KEY_HEADER} header"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers=_CHALLENGE)
    if caller.scopes.isdisjoint(scopes):
        raise ProblemError(ProblemKind.FORBIDDEN, f"this key lacks the scope {' or '.join(scopes)}")
    return caller
