"""Which facts of one key, and what each did to the shelf."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.paging import DEFAULT_LIMIT, Cursor, Limit, ListQuery, Order, read_page
from domain.facts import FactKind, StockFact
from domain.stock.history import Step, steps
from domain.stock.ledger import entry_of

_SOURCE = """fact AS f LEFT JOIN position AS p
    ON p.item_id = f.item_id AND p.site_id = f.site_id"""
_COLUMNS = "f.*, p.unit AS base_unit"
_LEDGER = """
SELECT event_id, kind, occurred_at, recorded_at, source, quantity_milli, document, line, line_id,
       transfer_id, order_id, due_on, corrects, cancelled
FROM fact WHERE item_id = ? AND site_id = ? ORDER BY occurred_at, event_id
"""


class FactOrder(StrEnum):
    """Which way facts are listed, by when they were true."""

    NEWEST = "newest"
    OLDEST = "oldest"


_ORDERS = {
    FactOrder.NEWEST: Order(
        leading="f.occurred_at", keys=("f.event_id",), descending=True, keys_descending=True
    ),
    FactOrder.OLDEST: Order(leading="f.occurred_at", keys=("f.event_id",)),
}


class FactQuery(BaseModel):
    """The query parameters of the facts of one item at one site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: Annotated[
        FactOrder, Field(description="By `occurred_at`: `newest` or `oldest` first.")
    ] = FactOrder.NEWEST
    cursor: Cursor = None
    limit: Limit = DEFAULT_LIMIT


def list_facts(
    read: sqlite3.Connection, query: FactQuery, *, item_id: str, site_id: str
) -> tuple[list[sqlite3.Row], str | None]:
    """Return one page of the facts of a key and the cursor of the next."""
    asked = ListQuery(
        columns=_COLUMNS,
        source=_SOURCE,
        conditions=("f.item_id = :item", "f.site_id = :site"),
        parameters={"item": item_id, "site": site_id},
        sort=query.order,
        order=_ORDERS[query.order],
        cursor=query.cursor,
        limit=query.limit,
    )
    return read_page(read, asked)


def steps_of(read: sqlite3.Connection, *, item_id: str, site_id: str) -> dict[str, Step]:
    """Return what each fact of a key did to the shelf, by event_id: the domain's ledger says."""
    facts = [_fact(row) for row in read.execute(_LEDGER, (item_id, site_id))]
    return {step.entry.event_id: step for step in steps([entry_of(each) for each in facts])}


def _fact(row: sqlite3.Row) -> StockFact:
    columns: dict[str, Any] = dict(row)
    columns |= {"kind": FactKind(row["kind"]), "cancelled": bool(row["cancelled"])}
    return StockFact(**columns)
