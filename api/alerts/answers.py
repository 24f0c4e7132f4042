"""The JSON of an alert."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.answers import Action, DaysToStockout, Known, Recommendation, day_or_none, known
from domain.instants import to_datetime
from domain.quantities import units

_EXAMPLE: dict[str, Any] = {
    "alert_id": "5f0c7c2f6f8f4b6f8d3a8d1d3b0c1e2a",
    "state": "opened",
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "name": "RETIFICADOR 48V",
    "unit": "UN",
    "opened_at": "2025-07-20T12:14:07Z",
    "respond_by": "2025-07-20T16:14:07Z",
    "crossing_event_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "crossing_offset": 184201,
    "on_hand": 1,
    "position": 1,
    "reorder_point": 3,
    "p_stockout": 0.71,
    "days_to_stockout": {"p10": 2, "p50": 4, "p90": 6},
    "recommendation": {
        "action": "transfer",
        "quantity": 2,
        "by": "2025-07-21",
        "from_site": "NC001",
        "substitute_item": None,
    },
    "at_risk_brl": 61200.5,
    "message": "Retificador 48 V falta em BAJSS002-3 em 2 a 6 dias. Transferir 2 de NC001.",
    "as_of_offset": 184223,
    "event_time": "2025-07-20T12:14:07Z",
    "staleness_ms": 93,
    "item_version": "9b8d6a0c4f1e4d0f9a3c1b2d5e6f7081",
    "site_version": "1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f",
    "dlq_pending": 0,
    "forecast_version": None,
    "rule_version": "1",
}


class AlertState(StrEnum):
    """Where an alert is in its life."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"


class Alert(Known):
    """One crossing of a reorder point, as it stands now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    alert_id: str
    state: AlertState
    item_id: str
    site_id: str
    name: str = Field(description="Of the item.")
    unit: str = Field(description="Base unit of every quantity in this row.")
    opened_at: datetime = Field(description="Data time of the crossing.")
    respond_by: datetime = Field(description="Data time by which somebody must respond.")
    crossing_event_id: str = Field(description="event_id of the fact that crossed the point.")
    crossing_offset: int = Field(description="Its offset in clean.stock-fact.v1.")
    on_hand: float
    position: float
    reorder_point: float
    p_stockout: float = Field(ge=0, le=1)
    days_to_stockout: DaysToStockout
    recommendation: Recommendation
    at_risk_brl: float = Field(description="R$ at risk when it was decided.")
    message: str = Field(description="One or two sentences in Portuguese.")


class Transition(BaseModel):
    """One step in an alert's life."""

    event_id: str = Field(description="Its id; the webhook-id of its delivery too.")
    transition: str
    state: AlertState
    event_time: datetime
    caused_by: str = Field(description="event_id of the fact after which this was true.")
    as_of_offset: int
    message: str


class AlertWithHistory(Alert):
    """An alert and how it came to where it is."""

    transitions: list[Transition] = Field(description="The oldest first.")


class AlertPage(BaseModel):
    """One page of alerts."""

    items: list[Alert]
    next_cursor: str | None = Field(description="Where the next page starts; null on the last.")


def alert(row: sqlite3.Row, *, now: int) -> Alert:
    """Return one row of the read model as its JSON."""
    return Alert.model_validate(_fields(row, now))


def alert_with_history(
    row: sqlite3.Row, transitions: list[sqlite3.Row], *, now: int
) -> AlertWithHistory:
    """Return one alert with its transitions as its JSON."""
    steps = [_transition(each) for each in transitions]
    return AlertWithHistory.model_validate(_fields(row, now) | {"transitions": steps})


def _fields(row: sqlite3.Row, now: int) -> dict[str, object]:
    as_stored: dict[str, object] = {name: row[name] for name in _AS_STORED}
    return (
        as_stored
        | {name: units(row[f"{name}_milli"]) for name in ("on_hand", "position", "reorder_point")}
        | known(row, now)
        | {
            "opened_at": to_datetime(row["opened_at"]),
            "respond_by": to_datetime(row["respond_by"]),
            "days_to_stockout": DaysToStockout.of(row),
            "recommendation": Recommendation(
                action=Action(row["action"]),
                quantity=units(row["quantity_milli"]),
                by=day_or_none(row["by"]),
                from_site=row["from_site"],
                substitute_item=row["substitute_item"],
            ),
        }
    )


def _transition(row: sqlite3.Row) -> Transition:
    return Transition(
        event_id=row["event_id"],
        transition=row["transition"],
        state=AlertState(row["state"]),
        event_time=to_datetime(row["occurred_at"]),
        caused_by=row["caused_by"],
        as_of_offset=row["log_offset"],
        message=row["message"],
    )


_AS_STORED = (
    "alert_id",
    "state",
    "item_id",
    "site_id",
    "name",
    "unit",
    "crossing_event_id",
    "crossing_offset",
    "p_stockout",
    "at_risk_brl",
    "message",
)
