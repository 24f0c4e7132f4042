"""The chart library, served out of its jar: no copy of it lies in the tree."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from api.problems import ProblemError, ProblemKind

_TYPES = {
    "uPlot.iife.min.js": "text/javascript; charset=utf-8",
    "uPlot.min.css": "text/css; charset=utf-8",
    "LICENSE": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One file of the jar."""

    content: bytes
    etag: str


class VendorFiles:
    """The files of the jar that pages ask for, read once."""

    def __init__(self, jar: Path | None) -> None:
        self._jar = jar
        self._lock = threading.Lock()
        self._files: dict[str, VendorFile] = {}

    def file(self, name: str) -> VendorFile:
        """Return a file by its name.

        Raises:
            ProblemError: there is no such file, or no jar.
        """
        with self._lock:
            if not self._files:
                self._files = _read(self._jar)
        return self._files[name]


def vendor_router(jar: Path | None) -> APIRouter:
    """Return the route of the library's files."""
    router = APIRouter(prefix="/static/vendor", include_in_schema=False)
    files = VendorFiles(jar)

    @router.get("/{name}", name="vendor")
    def vendor(name: str, if_none_match: Annotated[str | None, Header()] = None) -> Response:
        if name not in _TYPES:
            raise ProblemError(ProblemKind.NOT_FOUND, f"the console has no library file {name}")
        found = files.file(name)
        headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
        if if_none_match is not None and found.etag in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=_TYPES[name], headers=headers)

    return router


def _read(jar: Path | None) -> dict[str, VendorFile]:
    if jar is None:
        why = "API_CONSOLE_JAR is not set"
        raise _missing(why)
    try:
        with zipfile.ZipFile(jar) as archive:
            paths = {name.rpartition("/")[2]: name for name in archive.namelist()}
            return {name: _vendor_file(archive.read(paths[name])) for name in _TYPES}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        why = f"{jar.name} cannot be used: {error}"
        raise _missing(why) from error


def _vendor_file(content: bytes) -> VendorFile:
    return VendorFile(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _missing(why: str) -> ProblemError:
    return ProblemError(
        ProblemKind.NOT_FOUND,
        f"the chart library is not here: {why}; started through ./nova, the API is given it",
    )
