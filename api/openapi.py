"""The OpenAPI document: what the routes cannot say of themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.alerts.answers import Alert
from api.inventory.answers import InventoryRow
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
    {"name": "health", "description": "How current and how complete the answers are."},
    {"name": "probes", "description": "For supervisors and Prometheus; no key needed."},
]
_WITH_EXAMPLES = (InventoryRow, Alert)
# FastAPI's own shapes of a validation error: ours are problem documents.
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Make `app` serve the full document at /openapi.json."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the documented way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
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
    return content
