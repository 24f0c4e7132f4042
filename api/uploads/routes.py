"""POST /v1/uploads, what became of one, and the templates to fill in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from adapters.spreadsheets import RefusedFileError
from adapters.uploads import Intake, Upload, UploadState, UploadStore
from api.access import Door, Scope
from api.access.guard import KEY_HEADER
from api.answers import NoParameters, as_json
from api.problems import ProblemError, ProblemKind, documented
from api.read_model import ReadModel
from api.uploads.accounting import accounted
from api.uploads.answers import UploadAnswer, UploadList, upload_answer
from api.uploads.form import kept, received, refused
from api.uploads.silver import Silver
from api.uploads.templates import MEDIA_TYPES, Format, template
from domain.errors import PlatformError
from schemas.uploads import UploadKind

_LISTED = 20
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["kind", "file"],
                    "properties": {
                        "kind": {"type": "string", "enum": list(UploadKind)},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Uploads:
    """What the routes need: the account, who takes files, and the lake for what only it knows."""

    store: UploadStore
    intake: Intake
    silver: Silver


def upload_router(uploads: Uploads, model: ReadModel, door: Door) -> APIRouter:
    """Return the routes; sending needs another scope than looking."""
    router = APIRouter(prefix="/uploads", tags=["uploads"])
    may_send = [Depends(door.requires(Scope.UPLOADS_WRITE)), Depends(_same_origin)]
    may_look = [Depends(door.requires(Scope.STOCK_READ, Scope.UPLOADS_WRITE))]

    @router.post(
        "",
        summary="Send a file",
        name="upload",
        status_code=202,
        response_model=UploadAnswer,
        dependencies=may_send,
        responses=documented(
            ProblemKind.REFUSED_FILE, ProblemKind.TOO_LARGE, ProblemKind.LOG_UNAVAILABLE
        ),
        openapi_extra=_FORM,
    )
    async def send(request: Request) -> Response:
        """Publish the good lines of a file, and say why not of the others.

        The same bytes are the same upload: nothing is published twice.
        """
        async with received(request) as (kind, file):
            upload = await run_in_threadpool(_taken, uploads.intake, kind, file)
        answer = await run_in_threadpool(_answer, uploads.store, upload)
        response = as_json(answer)
        response.status_code = 202
        response.headers["Location"] = f"/v1/uploads/{upload.upload_id}"
        return response

    @router.get(
        "",
        summary="The newest uploads",
        name="list_uploads",
        response_model=UploadList,
        dependencies=may_look,
    )
    def newest(_none: Annotated[NoParameters, Query()]) -> Response:
        """Return the uploads that came last, without their lines."""
        items = [
            upload_answer(each, uploads.store.outcomes(each.upload_id))
            for each in uploads.store.newest(_LISTED)
        ]
        return as_json(UploadList(items=items))

    @router.get(
        "/templates/{kind}",
        summary="An empty file of one kind",
        name="upload_template",
        dependencies=may_look,
        responses={200: {"content": {each: {} for each in MEDIA_TYPES.values()}}},
    )
    def get_template(
        kind: Annotated[UploadKind, InPath(description="What the file is to hold.")],
        format_: Annotated[
            Format, Query(alias="format", description="As text, or as a workbook with help.")
        ] = Format.CSV,
    ) -> Response:
        """Return the headers to fill in below."""
        headers = {"Content-Disposition": f'attachment; filename="{kind}.{format_}"'}
        return Response(template(kind, format_), media_type=MEDIA_TYPES[format_], headers=headers)

    @router.get(
        "/{id}",
        summary="What became of an upload",
        name="get_upload",
        response_model=UploadAnswer,
        dependencies=may_look,
        responses=documented(ProblemKind.NOT_FOUND),
    )
    def get_one(
        upload_id: Annotated[str, InPath(alias="id", description="upload_id")],
        _none: Annotated[NoParameters, Query()],
    ) -> Response:
        """Return an upload; it is applied once each of its records is accounted for."""
        upload = uploads.store.find(upload_id)
        if upload is None:
            raise ProblemError(ProblemKind.NOT_FOUND, f"there is no upload {upload_id}")
        if upload.state is UploadState.PUBLISHED:
            lines = uploads.store.open_lines(upload_id)
            with model.snapshot() as read:
                done = accounted(read, uploads.silver, lines, received_at=upload.received_at)
            uploads.store.account(upload_id, done)
            upload = uploads.store.find(upload_id) or upload
        return as_json(_answer(uploads.store, upload))

    return router


def _same_origin(
    request: Request, sec_fetch_site: Annotated[str | None, Header(include_in_schema=False)] = None
) -> None:
    """Refuse a browser's session to pages of others: only a key may come from anywhere."""
    by_key = KEY_HEADER in request.headers
    if not by_key and sec_fetch_site not in (None, "same-origin", "none"):
        raise ProblemError(ProblemKind.FORBIDDEN, "another site's page sent this")


def _taken(intake: Intake, kind: UploadKind, file: UploadFile) -> Upload:
    with tempfile.TemporaryDirectory(prefix="nova-upload-") as folder:
        try:
            return intake.receive(kind, kept(file, Path(folder)))
        except RefusedFileError as error:
            raise refused(error) from error
        except PlatformError as error:
            detail = f"the log cannot take it now: {error}; send the file again"
            raise ProblemError(ProblemKind.LOG_UNAVAILABLE, detail) from error


def _answer(store: UploadStore, upload: Upload) -> UploadAnswer:
    of = upload.upload_id
    return upload_answer(
        upload, store.outcomes(of), refused=store.rejections(of), dead=store.dead_letters(of)
    )
