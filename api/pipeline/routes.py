"""The line hop by hop: rates, lags, dead letters, jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers import NoParameters, as_json
from api.pipeline.answers import Pipeline
from api.pipeline.flow import Flow


def pipeline_router(flow: Flow) -> APIRouter:
    """Return the route under /v1."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/pipeline",
        summary="How the data flows, hop by hop",
        name="pipeline",
        response_model=Pipeline,
    )
    def get_pipeline(_none: Annotated[NoParameters, Query()]) -> Response:
        """Return rate, lag, freshness and refused records of each hop, and the scheduled jobs.

        A hop that does not answer has nulls and says why not; the others are answered all the
        same. Answers are kept for a second.
        """
        return as_json(flow.now())

    return router
