"""The JSON of a stock position."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.answers import Action, DaysToStockout, Known, Recommendation, day_or_none, known
from domain.instants import to_datetime
from domain.quantities import units

_EXAMPLE: dict[str, Any] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "name": "RETIFICADOR 48V",
    "unit": "UN",
    "region": "BA",
    "pool_id": "BA-01",
    "on_hand": 3,
    "on_order": 0,
    "in_transit": 0,
    "reserved": 1,
    "position": 2,
    "reorder_point": 4,
    "order_up_to": 9,
    "safety_stock": 1.5,
    "below_reorder_point": True,
    "demand": {"mean_per_day": 0.21, "lead_time_days": 12, "quantiles": None},
    "p_stockout": 0.71,
    "days_to_stockout": {"p10": 3.1, "p50": 9.5, "p90": 21},
    "recommendation": {
        "action": "transfer",
        "quantity": 2,
        "by": "2025-07-28",
        "from_site": "NC001",
        "substitute_item": None,
    },
    "at_risk_brl": 61200.5,
    "flags": ["overdue_order"],
    "alert_id": "5f0c7c2f6f8f4b6f8d3a8d1d3b0c1e2a",
    "open_alert": {
        "state": "opened",
        "opened_at": "2025-07-20T12:14:07Z",
        "respond_by": "2025-07-20T16:14:07Z",
    },
    "facts": 42,
    "as_of_offset": 184223,
    "event_time": "2025-07-20T12:14:07Z",
    "staleness_ms": 93,
    "item_version": "9b8d6a0c4f1e4d0f9a3c1b2d5e6f7081",
    "site_version": "1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f",
    "dlq_pending": 0,
    "forecast_version": None,
    "rule_version": "1",
}


class Demand(BaseModel):
    """What is expected to be asked for."""

    mean_per_day: float = Field(description="Base units a day.")
    lead_time_days: float
    quantiles: dict[str, float] | None = Field(
        description="Demand over the lead time by quantile; null: no distribution is known yet."
    )


class OpenAlert(BaseModel):
    """The open alert of a position."""

    state: str = Field(description="Where it is in its life.", examples=["opened"])
    opened_at: datetime = Field(description="Data time of the crossing.")
    respond_by: datetime = Field(description="Data time by which somebody must respond.")


class InventoryRow(Known):
    """One item at one site: what is there, what is coming, what it risks, what to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    item_id: str
    site_id: str
    name: str = Field(description="Of the item.")
    unit: str = Field(description="Base unit of every quantity in this row.")
    region: str = Field(description="UF of the site.")
    pool_id: str = Field(description="Sites that share stock.")
    on_hand: float
    on_order: float = Field(description="Outstanding and due within the protection interval.")
    in_transit: float
    reserved: float
    position: float = Field(description="on_hand + in_transit + on_order - reserved.")
    reorder_point: float
    order_up_to: float
    safety_stock: float
    below_reorder_point: bool
    demand: Demand
    p_stockout: float = Field(ge=0, le=1, description="Before the next receipt.")
    days_to_stockout: DaysToStockout
    recommendation: Recommendation
    at_risk_brl: float = Field(description="R$ at risk.")
    flags: list[str] = Field(description="What is odd about this position.")
    alert_id: str | None = Field(description="The open alert, if any.")
    open_alert: OpenAlert | None = Field(
        description="What is known of it; null also while it is on its way here."
    )
    facts: int = Field(description="Distinct facts in its ledger.")


class InventoryPage(BaseModel):
    """One page of positions."""

    items: list[InventoryRow]
    next_cursor: str | None = Field(description="Where the next page starts; null on the last.")


def inventory_row(row: sqlite3.Row, *, now: int) -> InventoryRow:
    """Return one row of the read model as its JSON."""
    quantities = {name: units(row[f"{name}_milli"]) for name in _QUANTITIES}
    return InventoryRow.model_validate(
        {name: row[name] for name in _AS_STORED}
        | quantities
        | known(row, now)
        | {
            "demand": Demand(
                mean_per_day=row["demand_mean_per_day"],
                lead_time_days=row["lead_time_days"],
                quantiles=None,
            ),
            "days_to_stockout": DaysToStockout.of(row),
            "recommendation": _recommendation(row),
            "open_alert": _open_alert(row),
            "flags": [flag for flag in row["flags"].split(";") if flag],
        }
    )


def _open_alert(row: sqlite3.Row) -> OpenAlert | None:
    if row["alert_state"] is None:
        return None
    return OpenAlert(
        state=row["alert_state"],
        opened_at=to_datetime(row["alert_opened_at"]),
        respond_by=to_datetime(row["alert_respond_by"]),
    )


def _recommendation(row: sqlite3.Row) -> Recommendation:
    """The pool's advice where it found stock; else the position's own, which is newer."""
    if row["pooled_action"] in (Action.TRANSFER, Action.SUBSTITUTE):
        return Recommendation(
            action=Action(row["pooled_action"]),
            quantity=units(row["pooled_quantity_milli"]),
            by=day_or_none(row["pooled_by"]),
            from_site=row["from_site"],
            substitute_item=row["substitute_item"],
        )
    return Recommendation(
        action=Action(row["action"]),
        quantity=units(row["buy_quantity_milli"]),
        by=day_or_none(row["buy_by"]),
        from_site=None,
        substitute_item=None,
    )


_QUANTITIES = (
    "on_hand",
    "on_order",
    "in_transit",
    "reserved",
    "position",
    "reorder_point",
    "order_up_to",
    "safety_stock",
)
_AS_STORED = (
    "item_id",
    "site_id",
    "name",
    "unit",
    "region",
    "pool_id",
    "below_reorder_point",
    "p_stockout",
    "at_risk_brl",
    "alert_id",
    "facts",
)
