"""The JSON of stock as it was at an instant, and as it was known to be."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.instants import from_datetime, to_datetime
from domain.quantities import units
from domain.stock.hindsight import Moment, stock_then
from domain.stock.ledger import Entry
from domain.stock.masters import Item
from domain.stock.policy import Policy

_EXAMPLE: dict[str, Any] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "unit": "UN",
    "as_of": "2025-07-01T03:00:00Z",
    "known_at": "2025-07-05T03:00:00Z",
    "on_hand": 5,
    "on_order": 4,
    "in_transit": 0,
    "reserved": 1,
    "position": 8,
    "counted": True,
    "facts": 31,
    "as_of_offset": 184223,
}


def _in_utc(moment: datetime) -> datetime:
    try:
        return to_datetime(from_datetime(moment))
    except OverflowError as error:
        msg = "in UTC it is not of the years 1 to 9999"
        raise ValueError(msg) from error


_Instant = Annotated[datetime, AfterValidator(_in_utc)]


class ThenQuery(BaseModel):
    """The query parameters of one position."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Annotated[
        _Instant | None,
        Field(
            description="Answer with the stock of then: only what had happened by this instant. "
            "Without a zone it is São Paulo's.",
            examples=["2025-07-01T00:00:00-03:00"],
        ),
    ] = None
    known_at: Annotated[
        _Instant | None,
        Field(
            description="Answer with what was known then: only facts, and corrections, that had "
            "been recorded by this instant.",
            examples=["2025-07-05T00:00:00-03:00"],
        ),
    ] = None

    @property
    def is_about_then(self) -> bool:
        """Whether it asks about another time than now."""
        return self.as_of is not None or self.known_at is not None


class InventoryThen(BaseModel):
    """One item at one site at an instant, by what was known at another."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    item_id: str
    site_id: str
    unit: str | None = Field(description="Base unit; null while the item is not known.")
    as_of: datetime | None = Field(description="As asked for; null: after everything known.")
    known_at: datetime | None = Field(description="As asked for; null: everything known today.")
    on_hand: float
    on_order: float = Field(
        description="Outstanding and due within the protection interval, by the statuses of then."
    )
    in_transit: float
    reserved: float
    position: float = Field(description="on_hand + in_transit + on_order - reserved.")
    counted: bool = Field(description="There was a count or a movement: on_hand was knowledge.")
    facts: int = Field(description="Facts that this rests on, the corrected ones included.")
    as_of_offset: int | None = Field(
        description="Offset of the newest of its facts, in its partition of clean.stock-fact.v1."
    )


def inventory_then(
    entries: list[Entry],
    query: ThenQuery,
    *,
    key: tuple[str, str],
    position: sqlite3.Row | None,
    newest_offset: int | None,
    now: int,
) -> InventoryThen:
    """Return the stock of then; `position` says the time and the lead time of now, if it is known.

    The protection interval is today's: masters of the past are not kept here.
    """
    moment = Moment(
        now=now if position is None else position["occurred_at"],
        as_of=None if query.as_of is None else from_datetime(query.as_of),
        known_at=None if query.known_at is None else from_datetime(query.known_at),
    )
    lead_time = Item(key[0]).lead_time_days if position is None else position["lead_time_days"]
    then = stock_then(entries, moment, lead_time_days=lead_time, policy=Policy())
    held, on_order = then.balance, then.on_order_milli
    position_milli = held.on_hand_milli + held.in_transit_milli + on_order - held.reserved_milli
    return InventoryThen(
        item_id=key[0],
        site_id=key[1],
        unit=None if position is None else position["unit"],
        as_of=query.as_of,
        known_at=query.known_at,
        on_hand=units(held.on_hand_milli),
        on_order=units(on_order),
        in_transit=units(held.in_transit_milli),
        reserved=units(held.reserved_milli),
        position=units(position_milli),
        counted=held.counted,
        facts=then.facts,
        as_of_offset=newest_offset,
    )
