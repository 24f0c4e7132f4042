"""The OpenAPI document: what the routes cannot say of themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access import KEY_HEADER
from api.alerts.answers import Alert
from api.forecasts.answers import Forecast
from api.inventory.answers import InventoryRow
from api.inventory.fact_answers import Fact
from api.problems import Problem

_DESCRIPTION = """\
Which part will run out at which site, when, what that puts at risk, and what to do by when.

Quantities are JSON numbers in the item's base unit, instants are UTC (RFC 3339), money is R$.
Lists are paged with cursors. Errors are problem documents (RFC 9457); an unknown query parameter
is an error, so that nobody mistakes one that is ignored for one that works.
"""
_TAGS = [
    {"name": "inventory", "description": "Stock positions as they stand now."},
    {"name": "alerts", "description": "Crossings of reorder points, and what to do."},
    {"name": "forecasts", "description": "The demand to come, as distributions."},
    {"name": "uploads", "description": "Files in, and what became of every line of them."},
    {"name": "health", "description": "How current and how complete the answers are."},
    {"name": "probes", "description": "For supervisors and Prometheus; no key needed."},
]
_GUARDED = "/v1/"
_WITH_EXAMPLES = (InventoryRow, Fact, Alert, Forecast)
# FastAPI's own shapes of a validation error: ours are problem documents.
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, *, cookie: str) -> None:
    """Make `app` serve the full document at /openapi.json; `cookie` names the session's."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, cookie)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the documented way to extend it


def _document(app: FastAPI, cookie: str) -> dict[str, Any]:
    content = get_openapi(
        title="Nova Corrente",
        version="1",
        summary="Live inventory of a telecom-tower operator.",
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
    )
    schemas = content["components"]["schemas"]
    for name in _NOT_OURS:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    for model in _WITH_EXAMPLES:  # FastAPI leaves out the nulls, which makes them invalid
        schemas[model.__name__]["examples"] = model.model_json_schema()["examples"]
    content["components"]["securitySchemes"] = _schemes(cookie)
    for path, operations in content["paths"].items():
        if path.startswith(_GUARDED):
            for operation in operations.values():
                operation["security"] = [{"ApiKey": []}, {"BrowserSession": []}]
    return content


def _schemes(cookie: str) -> dict[str, Any]:
    key = (
        "An API key with the scope stock:read, or uploads:write to send files; the platform "
        "keeps only its SHA-256."
    )
    session = "The session of the page at `/`, which a key or a one-time link opens."
    return {
        "ApiKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": key},
        "BrowserSession": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": session,
        },
    }
