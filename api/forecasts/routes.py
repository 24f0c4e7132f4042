"""GET /v1/forecasts/{item}/{site}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.answers import as_json
from api.clock import Clock
from api.edge import with_slashes
from api.forecasts.answers import Forecast, forecast
from api.forecasts.queries import ForecastQuery, data_now, one_estimate
from api.problems import ProblemError, ProblemKind, documented
from api.read_model import ReadModel


def forecasts_router(model: ReadModel, clock: Clock) -> APIRouter:
    """Return the route that reads forecasts."""
    router = APIRouter(prefix="/forecasts", tags=["forecasts"])

    @router.get(
        "/{item}/{site}",
        summary="The demand to come of one item at one site, as a distribution",
        name="get_forecast",
        response_model=Forecast,
        responses=documented(ProblemKind.NOT_FOUND),
    )
    def get_forecast(
        item: Annotated[str, Path(description="item_id", examples=["010825"])],
        site: Annotated[str, Path(description="site_id", examples=["BAJSS002-3"])],
        query: Annotated[ForecastQuery, Query()],
    ) -> Response:
        """Return the demand from now until the end of each day; a stock less it is a fan."""
        item_id, site_id = with_slashes(item), with_slashes(site)
        with model.snapshot() as read:
            row = one_estimate(read, item_id=item_id, site_id=site_id)
            newest = data_now(read)
        if row is None:
            detail = f"no demand is known of item {item_id} at site {site_id}"
            raise ProblemError(ProblemKind.NOT_FOUND, detail)
        data_time = row["occurred_at"] if newest is None else max(newest, row["occurred_at"])
        return as_json(forecast(row, data_time=data_time, days=query.horizon_days, now=clock()))

    return router
