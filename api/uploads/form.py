"""A multipart request in, its kind and its file on disk out; nothing above the limit is kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from adapters.spreadsheets import RefusedFileError
from adapters.uploads import MOST_BYTES, too_large
from api.problems import ProblemError, ProblemKind
from schemas.uploads import UploadKind

_ENVELOPE_BYTES = 64 << 10  # of a multipart body: boundaries, names, the kind
_DRAINED_BYTES = 1 << 30  # a client that hears nothing until it has sent all is heard out so long
_LONGEST_NAME_BYTES = 200  # a file system takes some 255
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\]+")


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[tuple[UploadKind, UploadFile]]:
    """Yield what was sent; the file lies on disk as soon as it is more than a megabyte.

    Raises:
        ProblemError: too large, no form, no such kind, or no file.
    """
    limited = Request(request.scope, _counted(request))
    async with limited.form(max_files=1, max_fields=4) as form:
        kind, file = form.get("kind"), form.get("file")
        if not isinstance(kind, str) or kind not in set(UploadKind):
            detail = f"the field kind must be one of {', '.join(UploadKind)}"
            raise ProblemError(ProblemKind.INVALID_REQUEST, detail)
        if not isinstance(file, UploadFile):
            detail = "the field file must be a file: a CSV or an XLSX"
            raise ProblemError(ProblemKind.INVALID_REQUEST, detail)
        yield UploadKind(kind), file


def refused(error: RefusedFileError) -> ProblemError:
    """Return the problem that says why a file was refused."""
    kind = ProblemKind.TOO_LARGE if error.reason == "too_large" else ProblemKind.REFUSED_FILE
    return ProblemError(kind, error.detail, reason=error.reason, detail_pt=error.portuguese)


def kept(file: UploadFile, folder: Path) -> Path:
    """Write a file to a folder under its own name, and return where it is."""
    path = folder / file_name(file.filename)
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    return path


def file_name(said: str | None) -> str:
    """Return the name of a file as a person knows it, without a way out of its folder.

    >>> file_name("../../etc/maio.csv"), file_name("..")
    ('maio.csv', 'arquivo')
    """
    name = (said or "").replace("\\", "/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub(" ", name).strip()
    name = name.encode("utf-8", "replace")[-_LONGEST_NAME_BYTES:].decode("utf-8", "ignore")
    return "arquivo" if name.strip(".") == "" else name


def _counted(request: Request) -> Receive:
    """Return what receives the body of a request, and gives up above the limit."""
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen <= MOST_BYTES + _ENVELOPE_BYTES:
            return message
        while message.get("more_body") and seen < _DRAINED_BYTES:
            message = await request.receive()
            seen += len(message.get("body", b""))
        raise refused(too_large("file"))

    return receive
