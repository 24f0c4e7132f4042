"""The live page at `/`, and the ways in for a browser."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Door, Principal, Scope, consume

STATIC = Path(__file__).parent.parent / "static"
_ERROR_MARK = "<!--error-->"
_WRONG_KEY = "Essa chave não vale aqui, ou não tem a permissão stock:read."
_USED_LINK = "Esse link já foi usado. Entre com a chave, ou peça outro link."
# A form with one key is far smaller: anything longer is not ours.
_LONGEST_FORM = 4096


def page_router(door: Door, *, once_file: Path | None) -> APIRouter:
    """Return the routes of the page; they are for browsers, so no schema lists them."""
    router = APIRouter(include_in_schema=False)
    signed_in = (STATIC / "index.html").read_text(encoding="utf-8")
    sign_in = (STATIC / "sign_in.html").read_text(encoding="utf-8")

    def ask_for_key(*, error: str | None = None) -> HTMLResponse:
        said = f'<p class="error" role="alert">{error}</p>' if error else ""
        status = HTTPStatus.UNAUTHORIZED if error else HTTPStatus.OK
        return HTMLResponse(sign_in.replace(_ERROR_MARK, said), status)

    def welcomed(key_id: str) -> Response:
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        token = door.sessions.open(key_id)
        response.set_cookie(door.cookie, token, httponly=True, samesite="strict", path="/")
        return response

    @router.get("/", name="page")
    def page(request: Request, once: str | None = None) -> Response:
        if once is not None:
            key_id = consume(once_file, once)
            return welcomed(key_id) if key_id else ask_for_key(error=_USED_LINK)
        return HTMLResponse(signed_in) if _may_read(door.visitor(request)) else ask_for_key()

    @router.post("/session", name="sign_in")
    async def open_session(request: Request, sec_fetch_site: _FetchSite = None) -> Response:
        key = await _posted_key(request) if _is_ours(sec_fetch_site) else ""
        caller = door.keys.principal_of(key)
        if caller is None or not _may_read(caller):
            return ask_for_key(error=_WRONG_KEY)
        return welcomed(caller.key_id)

    @router.post("/session/end", name="sign_out")
    def end_session(request: Request, sec_fetch_site: _FetchSite = None) -> Response:
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        if _is_ours(sec_fetch_site):
            door.sessions.close(request.cookies.get(door.cookie, ""))
            response.delete_cookie(door.cookie, path="/", httponly=True, samesite="strict")
        return response

    return router


_FetchSite = Annotated[str | None, Header()]


def _may_read(caller: Principal | None) -> bool:
    return caller is not None and Scope.STOCK_READ in caller.scopes


def _is_ours(sec_fetch_site: str | None) -> bool:
    """Whether a form was sent by our own page; old browsers and scripts do not say."""
    return sec_fetch_site in (None, "same-origin", "none")


async def _posted_key(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return ""
    return parse_qs(body.decode("utf-8", errors="replace")).get("key", [""])[0].strip()
