"""The one flat fact that a stock decision is folded from. Not its encoding: see `schemas`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact says; the fields that are set follow from it."""

    REQUESTED = "requested"
    ISSUED = "issued"
    RECEIVED = "received"
    RETURNED = "returned"
    SCRAPPED = "scrapped"
    ADJUSTED = "adjusted"
    RESERVED = "reserved"
    RELEASED = "released"
    TRANSFERRED_OUT = "transferred_out"
    TRANSFERRED_IN = "transferred_in"
    INBOUND_EXPECTED = "inbound_expected"
    COUNTED = "counted"
    ORDER_PLACED = "order_placed"
    ORDER_RESCHEDULED = "order_rescheduled"
    ORDER_PARTIALLY_RECEIVED = "order_partially_received"
    ORDER_RECEIVED = "order_received"
    ORDER_CANCELLED = "order_cancelled"
    TICK = "tick"
    ITEM_CHANGED = "item_changed"
    SITE_CHANGED = "site_changed"
    PRIOR_CHANGED = "prior_changed"


BROADCAST = frozenset(
    {FactKind.TICK, FactKind.ITEM_CHANGED, FactKind.SITE_CHANGED, FactKind.PRIOR_CHANGED}
)
ORDER_RANK = {
    FactKind.ORDER_PLACED: 0,
    FactKind.ORDER_RESCHEDULED: 1,
    FactKind.ORDER_PARTIALLY_RECEIVED: 2,
    FactKind.ORDER_RECEIVED: 3,
    FactKind.ORDER_CANCELLED: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFact:
    """One fact, with the names and units of `clean.stock-fact.v1`.

    Instants are microseconds since 1970 UTC, `due_on` is days since 1970-01-01, quantities
    are thousandths of the base unit. A rate is no quantity: base units a week, not rounded.
    """

    event_id: str
    kind: FactKind
    occurred_at: int
    recorded_at: int
    source: str
    corrects: str | None = None
    upload_id: str | None = None
    precision: str = "instant"
    item_id: str | None = None
    site_id: str | None = None
    quantity_milli: int | None = None
    document: str | None = None
    line: str | None = None
    line_id: str | None = None
    transfer_id: str | None = None
    counterpart_site_id: str | None = None
    order_id: str | None = None
    due_on: int | None = None
    cancelled: bool = False
    name: str | None = None
    family: str | None = None
    unit: str | None = None
    unit_cost_brl: float | None = None
    lead_time_days: float | None = None
    lead_time_spread_days: float | None = None
    min_order_quantity_milli: int | None = None
    criticality: str | None = None
    substitutes: str | None = None
    site_kind: str | None = None
    region: str | None = None
    pool_id: str | None = None
    operator: str | None = None
    contract_value_brl_month: float | None = None
    fine_rate: float | None = None
    response_hours: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    forecast_version: str | None = None
    model: str | None = None
    mean_per_week_per_site: float | None = None
    variance_per_week_per_site: float | None = None
    prior_weeks: float | None = None
    flags: str = ""
    raw_topic: str = ""
    raw_partition: int = 0
    raw_offset: int = 0


def fact_key(item_id: str, site_id: str) -> str:
    """Return the partition key of everything about one item at one site."""
    return f"{item_id}|{site_id}"
