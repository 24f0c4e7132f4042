"""The console's pages, and the ways in for a browser."""

from __future__ import annotations

import html
import os
from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from api.access import Door, Principal, Scope, consume

STATIC = Path(__file__).parent.parent / "static"
# One shell for all: which page it shows is written in its address, so that it can be sent on.
_PAGES = ("/", "/fluxo", "/envios", "/item/{item}/{site}")
_HERE = "<!--here-->"
_ERROR = "<!--error-->"
_WRONG_KEY = ("wrong_key", "Essa chave não vale aqui, ou não tem a permissão stock:read.")
_USED_LINK = ("used_link", "Esse link já foi usado. Entre com a chave, ou peça outro link.")
# A form with one key is far smaller: anything longer is not ours.
_LONGEST_FORM = 4096


class ConsoleFiles(StaticFiles):
    """Scripts and styles; a browser asks at each visit whether they have changed."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: object,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]  # Scope is a MutableMapping
        response.headers["Cache-Control"] = "no-cache"
        return response


def page_router(door: Door, *, once_file: Path | None) -> APIRouter:
    """Return the routes of the pages; they are for browsers, so no schema lists them."""
    router = APIRouter(include_in_schema=False)
    shell = (STATIC / "index.html").read_text(encoding="utf-8")
    sign_in = (STATIC / "sign_in.html").read_text(encoding="utf-8")

    def ask_for_key(here: str, *, error: tuple[str, str] | None = None) -> HTMLResponse:
        said = ""
        if error is not None:
            said = f'<p class="error" role="alert" data-t="door.{error[0]}">{error[1]}</p>'
        status = HTTPStatus.UNAUTHORIZED if error else HTTPStatus.OK
        page = sign_in.replace(_ERROR, said).replace(_HERE, html.escape(here, quote=True))
        return HTMLResponse(page, status)

    def welcomed(key_id: str, here: str) -> Response:
        response = RedirectResponse(here, HTTPStatus.SEE_OTHER)
        token = door.sessions.open(key_id)
        # Lax: a link that a colleague sent opens what it names. Nothing is changed by a GET.
        response.set_cookie(door.cookie, token, httponly=True, samesite="lax", path="/")
        return response

    def page(request: Request, once: str | None = None) -> Response:
        if once is not None:
            key_id = consume(once_file, once)
            return welcomed(key_id, "/") if key_id else ask_for_key("/", error=_USED_LINK)
        signed_in = _may_read(door.visitor(request))
        return HTMLResponse(shell) if signed_in else ask_for_key(_address(request))

    for path in _PAGES:
        router.add_api_route(path, page, methods=["GET"], name="page")

    @router.post("/session", name="sign_in")
    async def open_session(request: Request, sec_fetch_site: _FetchSite = None) -> Response:
        form = await _posted(request) if _is_ours(sec_fetch_site) else {}
        here = _ours(form.get("here", "/"))
        caller = door.keys.principal_of(form.get("key", "").strip())
        if caller is None or not _may_read(caller):
            return ask_for_key(here, error=_WRONG_KEY)
        return welcomed(caller.key_id, here)

    @router.post("/session/end", name="sign_out")
    def end_session(request: Request, sec_fetch_site: _FetchSite = None) -> Response:
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        if _is_ours(sec_fetch_site):
            door.sessions.close(request.cookies.get(door.cookie, ""))
            response.delete_cookie(door.cookie, path="/", httponly=True, samesite="lax")
        return response

    return router


_FetchSite = Annotated[str | None, Header()]


def _may_read(caller: Principal | None) -> bool:
    return caller is not None and Scope.STOCK_READ in caller.scopes


def _is_ours(sec_fetch_site: str | None) -> bool:
    """Whether a form was sent by our own page; old browsers and scripts do not say."""
    return sec_fetch_site in (None, "same-origin", "none")


def _address(request: Request) -> str:
    """Return the address of a page as it was asked for, encoded slashes and all."""
    raw: bytes = request.scope.get("raw_path") or b"/"
    path = quote(raw.partition(b"?")[0].decode("latin-1"), safe="/%")
    return f"{path}?{request.url.query}" if request.url.query else path


def _ours(here: str) -> str:
    """Return where to go after signing in: one of our pages, whatever the form says."""
    pages = ("/?", "/fluxo", "/envios", "/item/")
    return here if here.startswith(pages) and "\\" not in here and here.isprintable() else "/"


async def _posted(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", errors="replace"))
    return {name: values[0] for name, values in fields.items()}
