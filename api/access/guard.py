"""Who may pass: `X-API-Key`, or the session cookie of a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader

from api.access.keys import KeyRing, Principal, Scope
from api.access.sessions import Sessions
from api.problems import ProblemError, ProblemKind

_CHALLENGE = {"WWW-Authenticate": 'ApiKey realm="nova-corrente", header="X-API-Key"'}

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

    def requires(self, scope: Scope) -> Guard:
        """Return a dependency that lets only callers with this scope through."""
        header = APIKeyHeader(
            name="X-API-Key",
            scheme_name="ApiKey",
            auto_error=False,
            description="An API key; the platform keeps only its SHA-256.",
        )
        cookie = APIKeyCookie(
            name=self.cookie,
            scheme_name="BrowserSession",
            auto_error=False,
            description="The session of the page at `/`.",
        )

        async def guard(
            request: Request,
            key: str | None = Security(header),
            _token: str | None = Security(cookie),
        ) -> Principal:
            caller = self.visitor(request) if key is None else self.keys.principal_of(key)
            return _allowed(caller, scope)

        return guard


def _allowed(caller: Principal | None, scope: Scope) -> Principal:
    if caller is None:
        detail = "send a valid API key in the X-API-Key header"
        raise ProblemError(ProblemKind.UNAUTHENTICATED, detail, headers=_CHALLENGE)
    if scope not in caller.scopes:
        raise ProblemError(ProblemKind.FORBIDDEN, f"this key lacks the scope {scope}")
    return caller
