"""What every request passes first: the Host check, safe headers, counting, and no bare crash."""

from __future__ import annotations

import time
from collections.abc import Collection

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.metrics import RequestMetrics
from api.edge.paths import slashes_kept
from api.problems import ProblemKind, problem_response

_log = structlog.get_logger(__name__)
_SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: under it a browser sends `Origin: null` with our own form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_ON_EVERY_ANSWER = [
    (name.lower().encode(), value.encode()) for name, value in _SAFE_HEADERS.items()
]


class Edge:
    """The outermost layer of the application."""

    def __init__(
        self, app: ASGIApp, *, allowed_hosts: Collection[str], metrics: RequestMetrics
    ) -> None:
        self._app = app
        self._allowed_hosts = frozenset(allowed_hosts)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the safe headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        answer = _Answer(send)
        try:
            await self._passed_on(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "name", "unmatched")
            self._metrics.count(route, answer.status, time.perf_counter() - started)

    async def _passed_on(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if not _host_of(scope) <= self._allowed_hosts:
            detail = "the Host header names a host that this service does not answer for"
            refused = problem_response(ProblemKind.MISDIRECTED, detail, instance=scope["path"])
            await refused(scope, receive, answer)
            return
        try:
            await self._app(slashes_kept(scope), receive, answer)
        except Exception:  # the process boundary: the next request must be served
            _log.error("request_failed", path=scope["path"], exc_info=True)
            if answer.started:
                raise
            detail = "the service failed; its log has the reason"
            failed = problem_response(ProblemKind.INTERNAL, detail, instance=scope["path"])
            await failed(scope, receive, answer)


class _Answer:
    """Sends an answer on, adding headers, and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            own = message.get("headers", ())
            named = {name.lower() for name, _ in own}
            added = [each for each in _ON_EVERY_ANSWER if each[0] not in named]
            message = {**message, "headers": [*own, *added]}
        await self._send(message)


def _host_of(scope: Scope) -> frozenset[str]:
    """Return the names the request was sent to, without ports; an empty one for none."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return frozenset(host.rsplit(":", 1)[0].lower() for host in hosts) or frozenset({""})
