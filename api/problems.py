"""Every error as a problem document (RFC 9457). Not for pages: they speak to people."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from domain.errors import PlatformError

MEDIA_TYPE = "application/problem+json"
_PREFIX = "urn:nova-corrente:problem:"


class ProblemKind(StrEnum):
    """What can go wrong, as a client may branch on it."""

    INVALID_REQUEST = "invalid-request"
    INVALID_CURSOR = "invalid-cursor"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    MISDIRECTED = "misdirected-request"
    REFUSED_FILE = "refused-file"
    TOO_LARGE = "file-too-large"
    UNAVAILABLE = "read-model-unavailable"
    LOG_UNAVAILABLE = "log-unavailable"
    INTERNAL = "internal-error"
    OTHER = "http-error"


_STATUS = {
    ProblemKind.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemKind.INVALID_CURSOR: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemKind.REFUSED_FILE: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemKind.LOG_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ProblemKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ProblemKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ProblemKind.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ProblemKind.MISDIRECTED: HTTPStatus.MISDIRECTED_REQUEST,
    ProblemKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemKind.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}
# Kinds that share their status with a wider one.
_NARROWER = frozenset(
    {ProblemKind.INVALID_CURSOR, ProblemKind.REFUSED_FILE, ProblemKind.LOG_UNAVAILABLE}
)
_KIND_OF_STATUS = {int(status): kind for kind, status in _STATUS.items() if kind not in _NARROWER}


class InvalidPart(BaseModel):
    """One part of a request that cannot be used."""

    location: str = Field(description="Where it is.", examples=["query.limit"])
    message: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(
        description="Stable URN of the kind of problem; branch on this, not on the text.",
        examples=["urn:nova-corrente:problem:not-found"],
    )
    title: str = Field(description="The kind of problem in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status, repeated.", examples=[404])
    detail: str = Field(description="What happened this time, for a person.")
    instance: str = Field(description="The path that was asked for.", examples=["/v1/inventory"])
    errors: list[InvalidPart] | None = Field(
        default=None, description="With `invalid-request`: each part that is wrong."
    )
    reason: str | None = Field(
        default=None, description="With `refused-file` and `file-too-large`: why, as one word."
    )
    detail_pt: str | None = Field(default=None, description="With a reason: it in Portuguese.")


class ProblemError(PlatformError):
    """Raised by a route to answer with a problem document."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        reason: str | None = None,
        detail_pt: str | None = None,
    ) -> None:
        super().__init__(f"{kind}: {detail}")
        self.reason = reason
        self.detail_pt = detail_pt
        self.kind = kind
        self.detail = detail
        self.headers = headers


def problem_response(
    kind: ProblemKind,
    detail: str,
    *,
    instance: str,
    errors: list[InvalidPart] | None = None,
    headers: Mapping[str, str] | None = None,
    reason: str | None = None,
    detail_pt: str | None = None,
) -> JSONResponse:
    """Return a problem document as a response."""
    status = _STATUS[kind]
    body = Problem(
        type=f"{_PREFIX}{kind}",
        title=status.phrase,
        status=status,
        detail=detail,
        instance=instance,
        errors=errors,
        reason=reason,
        detail_pt=detail_pt,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def answer_problems(app: FastAPI) -> None:
    """Make `app` answer every error with a problem document."""
    app.add_exception_handler(ProblemError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(sqlite3.Error, _unavailable)


def documented(*kinds: ProblemKind) -> dict[int | str, dict[str, object]]:
    """Return the OpenAPI `responses` of a route that can end in these problems."""
    return {
        int(_STATUS[kind]): {
            "description": f"`{kind}`",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for kind in kinds
    }


def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return problem_response(
        error.kind,
        error.detail,
        instance=request.url.path,
        headers=error.headers,
        reason=error.reason,
        detail_pt=error.detail_pt,
    )


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    kind = _KIND_OF_STATUS.get(status, ProblemKind.OTHER)
    body = Problem(
        type=f"{_PREFIX}{kind}",
        title=status.phrase,
        status=status,
        detail=f"{request.method} {request.url.path}: {error.detail}",
        instance=request.url.path,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(error.headers or {}),
    )


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    parts = [
        InvalidPart(location=".".join(map(str, each["loc"])), message=each["msg"])
        for each in error.errors()
    ]
    detail = "; ".join(f"{part.location}: {part.message}" for part in parts)
    return problem_response(
        ProblemKind.INVALID_REQUEST, detail, instance=request.url.path, errors=parts
    )


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    return problem_response(
        ProblemKind.UNAVAILABLE,
        f"the read model cannot be read now: {error}",
        instance=request.url.path,
        headers={"Retry-After": "2"},
    )
