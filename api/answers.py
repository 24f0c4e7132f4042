"""What the rows of every list have in common."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from enum import StrEnum

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from domain.instants import day_of, to_datetime


class Known(BaseModel):
    """How current a row is, and what it was computed with."""

    as_of_offset: int = Field(
        description="Offset in its partition of clean.stock-fact.v1 up to which it is true."
    )
    event_time: datetime = Field(description="Data time of the decision behind this row.")
    staleness_ms: int = Field(
        description="Milliseconds since the platform published this row. A quiet item's row is "
        "old and still current: /v1/freshness tells whether the line itself is behind."
    )
    item_version: str | None = Field(
        description="event_id of the item master used; null when the item is not known yet."
    )
    site_version: str | None = Field(
        description="event_id of the site master used; null when the site is not known yet."
    )
    dlq_pending: int = Field(description="Dead letters of this item at this site.")
    forecast_version: str | None = Field(
        description="Version of the nightly forecast used; null: demand is learnt online only."
    )
    rule_version: str = Field(description="Version of the rules that decided.")


class Action(StrEnum):
    """What to do."""

    NONE = "none"
    BUY = "buy"
    TRANSFER = "transfer"
    SUBSTITUTE = "substitute"


class Recommendation(BaseModel):
    """What to do next."""

    action: Action
    quantity: float = Field(description="How much to buy or move, in the base unit.")
    by: date | None = Field(description="Day by which it must be done.")
    from_site: str | None = Field(description="With `transfer`: the site that has a surplus.")
    substitute_item: str | None = Field(description="With `substitute`: the item to use instead.")


class DaysToStockout(BaseModel):
    """Days until the stock runs out, as quantiles; null: not in sight."""

    p10: float | None
    p50: float | None
    p90: float | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> DaysToStockout:
        """Read the three columns."""
        return cls(
            p10=row["days_to_stockout_p10"],
            p50=row["days_to_stockout_p50"],
            p90=row["days_to_stockout_p90"],
        )


class NoParameters(BaseModel):
    """For routes without query parameters: one that is ignored would mislead."""

    model_config = ConfigDict(extra="forbid")


def as_json(answer: BaseModel) -> Response:
    """Return an answer as it is: it was validated when it was built, once is enough."""
    return Response(answer.model_dump_json(), media_type="application/json")


def staleness_ms(published_at: int, now: int) -> int:
    """Return milliseconds since an instant; clocks that differ never make it negative."""
    return max(0, (now - published_at) // 1000)


def known(row: sqlite3.Row, now: int) -> dict[str, object]:
    """Return the fields of `Known` from a row that has their columns."""
    return {
        "as_of_offset": row["log_offset"],
        "event_time": to_datetime(row["occurred_at"]),
        "staleness_ms": staleness_ms(row["published_at"], now),
        "item_version": row["item_version"],
        "site_version": row["site_version"],
        "dlq_pending": row["dlq_pending"],
        "forecast_version": row["forecast_version"],
        "rule_version": row["rule_version"],
    }


def day_or_none(number: int | None) -> date | None:
    """Return the date of a nullable day number."""
    return None if number is None else day_of(number)
