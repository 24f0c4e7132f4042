"""The newest quality checkpoint: for clients under /v1, as pages for people under /quality."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.access import Door, Scope
from api.answers import NoParameters
from api.problems import ProblemKind, documented
from api.quality.result import Quality, newest_quality

# What the checkpoint writes; anything else that may lie there is nobody's business.
_MEDIA_TYPES = {".html": "text/html", ".css": "text/css"}
_INDEX = "index.html"


def quality_router(quality: Path) -> APIRouter:
    """Return the route for clients; `quality` is the folder that the checkpoints write."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/quality",
        summary="Does silver keep what is expected of it?",
        name="quality",
        responses=documented(ProblemKind.NOT_FOUND),
    )
    def get_quality(_none: Annotated[NoParameters, Query()]) -> Quality:
        """Return the newest quality checkpoint; the same as pages is at `/quality/`."""
        return newest_quality(quality / "result.json")

    return router


def quality_pages_router(door: Door, quality: Path) -> APIRouter:
    """Return the pages; they are for signed-in people, so no schema lists them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/quality", name="quality_pages_entry")
    def enter() -> Response:
        return RedirectResponse("/quality/", HTTPStatus.PERMANENT_REDIRECT)

    @router.get("/quality/{page:path}", name="quality_pages")
    def get_page(request: Request, page: str) -> Response:
        visitor = door.visitor(request)
        if visitor is None or Scope.STOCK_READ not in visitor.scopes:
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        docs = (quality / "docs").resolve()
        file = _file(docs, page or _INDEX)
        if file is None:
            return _nothing_there(any_pages=(docs / _INDEX).is_file())
        return FileResponse(file, media_type=_MEDIA_TYPES[file.suffix])

    return router


def _file(docs: Path, page: str) -> Path | None:
    """Return the file of a page, or None where there is none within the folder."""
    try:
        file = (docs / page).resolve()
        found = file.is_relative_to(docs) and file.suffix in _MEDIA_TYPES and file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return None
    return file if found else None


def _nothing_there(*, any_pages: bool) -> Response:
    said = (
        'Esta página não existe mais. <a href="/quality/">Ver a conferência mais recente</a>.'
        if any_pages
        else "Ainda não houve conferência de qualidade: a primeira vem com a próxima compactação."
    )
    return HTMLResponse(_PAGE.format(said=said), HTTPStatus.NOT_FOUND)


_PAGE = """<!DOCTYPE html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Qualidade dos dados · Nova Corrente</title>
</head>
<body>
<main>
<h1>Qualidade dos dados</h1>
<p role="status">{said}</p>
<p><a href="/">Nova Corrente</a></p>
</main>
</body>
</html>
"""
