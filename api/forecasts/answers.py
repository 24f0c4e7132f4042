"""The JSON of a forecast."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.answers import Known, known
from domain.instants import to_datetime
from domain.stock.cumulative_demand import DayDemand, WeeklyRate, cumulative_demand

# Thousandths of the base unit: what quantities have, and more than anybody knows of the future.
_DECIMALS = 3
_EXAMPLE: dict[str, Any] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "model": "river-ew-0.06 + statsforecast-tsb-0.1-0.05",
    "issued_at": "2025-07-20T12:14:07Z",
    "unit": "UN",
    "horizon_days": 2,
    "days": [
        {"on": "2025-07-20", "mean": 0.135, "p10": 0, "p50": 0, "p90": 0},
        {"on": "2025-07-21", "mean": 0.345, "p10": 0, "p50": 0, "p90": 1},
    ],
    "as_of_offset": 184223,
    "event_time": "2025-07-18T12:00:00Z",
    "staleness_ms": 93,
    "item_version": "9b8d6a0c4f1e4d0f9a3c1b2d5e6f7081",
    "site_version": "1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f",
    "dlq_pending": 0,
    "forecast_version": "20250720-5f0c7c2fa1b2",
    "rule_version": "classical-1",
}


class ForecastDay(BaseModel):
    """Demand from `issued_at` until the end of one day, in the base unit."""

    on: date = Field(description="A day of São Paulo; the demand until its end.")
    mean: float
    p10: float = Field(description="With 10 % probability demand until then is no higher.")
    p50: float
    p90: float

    @classmethod
    def of(cls, day: DayDemand) -> ForecastDay:
        """Return a day's distribution, rounded to thousandths."""
        numbers = {name: round(getattr(day, name), _DECIMALS) for name in _NUMBERS}
        return cls(on=day.on, **numbers)


class Forecast(Known):
    """The demand to come of one item at one site, summed up day by day.

    Its distribution is negative binomial, or gamma where the unit is measured and not counted.
    Over t weeks it has mean m·t and variance v·t + v/n·t²; m and v are the mean and variance of a
    week's demand, learnt from the site's own weeks and from the nightly forecast of all sites, n
    is the weeks that they rest on.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    item_id: str
    site_id: str
    model: str = Field(description="What estimated it, and what the nightly forecast was made by.")
    issued_at: datetime = Field(description="Data time from which demand is summed up: now.")
    unit: str = Field(description="Base unit of every quantity in this answer.")
    horizon_days: int
    days: list[ForecastDay]


def forecast(row: sqlite3.Row, *, data_time: int, days: int, now: int) -> Forecast:
    """Return the forecast that an estimate leads to.

    Args:
        row: the estimate.
        data_time: from when on.
        days: how many.
        now: the time of the answer.
    """
    rate = WeeklyRate(
        mean=row["mean_per_week"],
        variance=row["variance_per_week"],
        weeks=row["weeks"] + row["prior_weeks"],
    )
    ahead = cumulative_demand(rate, row["unit"], now=data_time, days=days)
    return Forecast.model_validate(
        known(row, now)
        | {
            "item_id": row["item_id"],
            "site_id": row["site_id"],
            "model": row["model"],
            "issued_at": to_datetime(data_time),
            "unit": row["unit"],
            "horizon_days": days,
            "days": [ForecastDay.of(day) for day in ahead],
        }
    )


_NUMBERS = ("mean", "p10", "p50", "p90")
