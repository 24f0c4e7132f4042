"""The JSON of a fact, and of what it did to the shelf."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.answers import day_or_none
from domain.facts import FactKind
from domain.instants import to_datetime
from domain.quantities import units
from domain.stock.history import Step

_EXAMPLE: dict[str, Any] = {
    "event_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "kind": "issued",
    "occurred_at": "2025-07-20T12:14:07Z",
    "recorded_at": "2025-07-20T12:14:08Z",
    "seen_at": "2025-07-20T12:14:08.093000Z",
    "precision": "instant",
    "source": "wms",
    "quantity": 2,
    "unit": "UN",
    "document": "104217",
    "line": "1",
    "order_id": None,
    "due_on": None,
    "transfer_id": None,
    "counterpart_site_id": None,
    "corrects": None,
    "cancelled": False,
    "live": True,
    "effect": -2,
    "on_hand_after": 1,
    "flags": [],
    "log_partition": 3,
    "log_offset": 184223,
    "raw_topic": "raw.stock-movement.v1",
    "raw_partition": 0,
    "raw_offset": 9120,
}


class Fact(BaseModel):
    """One fact of an item at a site, where it came from, and what it did to the shelf."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    event_id: str
    kind: FactKind
    occurred_at: datetime = Field(description="When it was true.")
    recorded_at: datetime = Field(description="When its source learnt it.")
    seen_at: datetime = Field(description="When it stood in clean.stock-fact.v1.")
    precision: str = Field(description="`instant`, or `day`: then only the day is known.")
    source: str
    quantity: float | None = Field(description="As stated; for a count, what was counted.")
    unit: str | None = Field(description="Base unit; null while the item is not known.")
    document: str | None
    line: str | None
    order_id: str | None
    due_on: date | None
    transfer_id: str | None
    counterpart_site_id: str | None = Field(description="The other end of a transfer.")
    corrects: str | None = Field(description="What it corrects: an event_id or document/line.")
    cancelled: bool = Field(description="It says that what it corrects did not happen.")
    live: bool = Field(description="It stands: no other fact has corrected it.")
    effect: float | None = Field(
        description="What it changed on the shelf: for a count its difference to what was there; "
        "null when it says nothing of the shelf or does not stand."
    )
    on_hand_after: float = Field(description="On the shelf after it, in the order of time.")
    flags: list[str] = Field(description="What is odd about it.")
    log_partition: int = Field(description="Of clean.stock-fact.v1.")
    log_offset: int = Field(description="In that partition.")
    raw_topic: str = Field(description="Where the record it was made of lies.")
    raw_partition: int
    raw_offset: int


class FactPage(BaseModel):
    """One page of facts."""

    items: list[Fact]
    next_cursor: str | None = Field(description="Where the next page starts; null on the last.")


def fact(row: sqlite3.Row, steps: Mapping[str, Step]) -> Fact:
    """Return one fact as its JSON."""
    step = steps[row["event_id"]]
    quantity, effect = row["quantity_milli"], step.effect_milli
    return Fact.model_validate(
        {name: row[name] for name in _AS_STORED}
        | {
            "occurred_at": to_datetime(row["occurred_at"]),
            "recorded_at": to_datetime(row["recorded_at"]),
            "seen_at": to_datetime(row["published_at"]),
            "quantity": None if quantity is None else units(quantity),
            "unit": row["unit"] or row["base_unit"],
            "due_on": day_or_none(row["due_on"]),
            "live": step.live,
            "effect": None if effect is None else units(effect),
            "on_hand_after": units(step.on_hand_milli),
            "flags": [flag for flag in row["flags"].split(";") if flag],
        }
    )


_AS_STORED = (
    "event_id",
    "kind",
    "precision",
    "source",
    "document",
    "line",
    "order_id",
    "transfer_id",
    "counterpart_site_id",
    "corrects",
    "cancelled",
    "log_partition",
    "log_offset",
    "raw_topic",
    "raw_partition",
    "raw_offset",
)
