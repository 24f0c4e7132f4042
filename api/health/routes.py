"""How the line is doing: for clients under /v1, for supervisors and Prometheus at the root."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field

from adapters.telemetry import Readiness
from api.answers import NoParameters
from api.clock import Clock
from api.health.components import Status, component_status
from api.health.freshness import Freshness, freshness
from api.health.reconciliation import Reconciliation, reconciliation
from api.health.summary import Summary, summary
from api.read_model import ReadModel
from api.settings import ApiSettings

_Nothing = Annotated[NoParameters, Query()]


class Alive(BaseModel):
    """The process answers."""

    alive: bool


class Ready(BaseModel):
    """Whether it can do its work, and if not, why not."""

    ready: bool
    why: str | None = Field(description="null when ready.")


def health_router(model: ReadModel, clock: Clock, settings: ApiSettings) -> APIRouter:
    """Return the routes under /v1 that say how things stand."""
    router = APIRouter(tags=["health"])

    @router.get("/freshness", summary="How current each topic is here", name="freshness")
    def get_freshness(_none: _Nothing) -> Freshness:
        """Return, for each topic behind the API, its newest record and how old that is."""
        with model.snapshot() as read:
            return freshness(read, now=clock())

    @router.get("/summary", summary="How many positions, alerts, dead letters", name="summary")
    def get_summary(_none: _Nothing) -> Summary:
        """Return totals of one committed state."""
        with model.snapshot() as read:
            return summary(read)

    @router.get("/status", summary="The processes of the stack", name="status")
    def get_status(_none: _Nothing) -> Status:
        """Return what the supervisor says of each process."""
        return component_status(settings.status_file)

    @router.get("/reconciliation", summary="Do stream and lake agree?", name="reconciliation")
    def get_reconciliation(_none: _Nothing) -> Reconciliation:
        """Return what the last reconciliation proof found."""
        return reconciliation(settings.reconciliation_file)

    return router


def probe_router(readiness: Readiness, registry: CollectorRegistry) -> APIRouter:
    """Return the routes that need no key."""
    router = APIRouter(tags=["probes"])

    @router.get("/healthz", summary="Is the process alive?", name="healthz")
    async def healthz() -> Alive:
        """Answer at once."""
        return Alive(alive=True)

    @router.get(
        "/readyz",
        summary="Can it answer from the read model?",
        name="readyz",
        response_model=Ready,
        responses={503: {"model": Ready, "description": "Not ready, and why."}},
    )
    def readyz() -> JSONResponse:
        """Answer 200 when the read model is there with every table, else 503 and why."""
        why = readiness.why_not
        body = Ready(ready=why is None, why=why)
        return JSONResponse(body.model_dump(), status_code=200 if why is None else 503)

    @router.get(
        "/metrics",
        summary="Metrics for Prometheus",
        name="metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics() -> Response:
        """Answer in Prometheus' text format."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
