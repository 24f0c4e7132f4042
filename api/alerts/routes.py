"""GET /v1/alerts and one of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.alerts.answers import AlertPage, AlertWithHistory, alert, alert_with_history
from api.alerts.queries import AlertQuery, list_alerts, one_alert, transitions_of
from api.answers import NoParameters, as_json
from api.clock import Clock
from api.problems import ProblemError, ProblemKind, documented
from api.read_model import ReadModel


def alerts_router(model: ReadModel, clock: Clock) -> APIRouter:
    """Return the routes that read alerts."""
    router = APIRouter(prefix="/alerts", tags=["alerts"])

    @router.get(
        "",
        summary="Alerts, the most at risk first",
        name="list_alerts",
        response_model=AlertPage,
    )
    def list_all(query: Annotated[AlertQuery, Query()]) -> Response:
        """Return one page of alerts in any state, or in the one asked for."""
        with model.snapshot() as read:
            rows, next_cursor = list_alerts(read, query)
        now = clock()
        items = [alert(row, now=now) for row in rows]
        return as_json(AlertPage(items=items, next_cursor=next_cursor))

    @router.get(
        "/{id}",
        summary="One alert and its history",
        name="get_alert",
        response_model=AlertWithHistory,
        responses=documented(ProblemKind.NOT_FOUND),
    )
    def get_one(
        alert_id: Annotated[
            str,
            Path(alias="id", description="alert_id", examples=["5f0c7c2f6f8f4b6f8d3a8d1d3b0c1e2a"]),
        ],
        _none: Annotated[NoParameters, Query()],
    ) -> Response:
        """Return an alert as it stands now, with every transition that led there."""
        with model.snapshot() as read:
            row = one_alert(read, alert_id)
            steps = transitions_of(read, alert_id)
        if row is None:
            raise ProblemError(ProblemKind.NOT_FOUND, f"there is no alert {alert_id}")
        return as_json(alert_with_history(row, steps, now=clock()))

    return router
