"""Which facts of one key, and what each did to the shelf."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.paging import DEFAULT_LIMIT, Cursor, Limit, ListQuery, Order, Value, read_page
from domain.facts import FactKind
from domain.stock.history import Step, steps
from domain.stock.ledger import Entry, reference_of

_SOURCE = """fact AS f LEFT JOIN position AS p
    ON p.item_id = f.item_id AND p.site_id = f.site_id"""
_COLUMNS = "f.*, p.unit AS base_unit"
# What the stock worker refused as too late is in no number; it is among the dead letters.
_NOT_TOO_LATE = """f.log_offset NOT IN (
    SELECT source_offset FROM dead_letter
    WHERE item_id = :item AND site_id = :site
      AND source_topic = 'clean.stock-fact.v1' AND reason = 'too_late'
)"""
_CONDITIONS = (
    "f.item_id = :item",
    "f.site_id = :site",
    "f.log_offset <= :through",
    _NOT_TOO_LATE,
)
_OF_KEY = f"FROM fact AS f WHERE {' AND '.join(_CONDITIONS)}"
_LEDGER = f"""
SELECT event_id, kind, occurred_at, recorded_at, quantity_milli, document, line, line_id,
       transfer_id, counterpart_site_id, order_id, due_on, corrects, cancelled
{_OF_KEY} ORDER BY occurred_at, event_id
"""
_VERSION = f"SELECT count(*), max(log_offset) {_OF_KEY}"
_MOST_KEPT = 16
_LAST_OFFSET = 2**63 - 1

Steps = Mapping[str, Step]
"""By event_id."""


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
    through_offset: Annotated[
        int,
        Field(
            ge=0,
            le=_LAST_OFFSET,
            description="Only facts up to this offset of clean.stock-fact.v1, and what they did "
            "by themselves: an alert is explained by the facts through its `crossing_offset`.",
        ),
    ] = _LAST_OFFSET
    cursor: Cursor = None
    limit: Limit = DEFAULT_LIMIT


def list_facts(
    read: sqlite3.Connection, query: FactQuery, *, item_id: str, site_id: str
) -> tuple[list[sqlite3.Row], str | None]:
    """Return one page of the facts of a key and the cursor of the next."""
    asked = ListQuery(
        columns=_COLUMNS,
        source=_SOURCE,
        conditions=_CONDITIONS,
        parameters=_of(item_id, site_id, query.through_offset),
        sort=query.order,
        order=_ORDERS[query.order],
        cursor=query.cursor,
        limit=query.limit,
    )
    return read_page(read, asked)


class Histories:
    """What each fact of a key did to the shelf, as the domain's ledger says.

    A depot's history has thousands of facts, and a page of it is read after another: the last
    few are kept, each for as long as nothing is added to it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], tuple[tuple[int, int], Steps]] = OrderedDict()
        self._lock = threading.Lock()

    def steps_of(
        self, read: sqlite3.Connection, query: FactQuery, *, item_id: str, site_id: str
    ) -> Steps:
        """Return the steps of a key by event_id; an empty mapping for one without facts."""
        key = (item_id, site_id, query.through_offset)
        count, newest = read.execute(_VERSION, _of(*key)).fetchone()
        version = (count, newest or 0)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        entries = [_entry(row) for row in read.execute(_LEDGER, _of(*key))]
        found = {step.entry.event_id: step for step in steps(entries)}
        with self._lock:
            self._kept[key] = (version, found)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def ledger_of(
    read: sqlite3.Connection, *, item_id: str, site_id: str
) -> tuple[list[Entry], int | None]:
    """Return every fact of a key in canonical order, and the offset of the newest of them."""
    key = _of(item_id, site_id, _LAST_OFFSET)
    _, newest = read.execute(_VERSION, key).fetchone()
    return [_entry(row) for row in read.execute(_LEDGER, key)], newest


def _of(item_id: str, site_id: str, through: int) -> dict[str, Value]:
    return {"item": item_id, "site": site_id, "through": through}


def _entry(row: sqlite3.Row) -> Entry:
    kind = FactKind(row["kind"])
    return Entry(
        event_id=row["event_id"],
        kind=kind,
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        quantity_milli=row["quantity_milli"] or 0,
        document=row["document"] or "",
        line=row["line"] or "",
        reference=reference_of(
            kind,
            line_id=row["line_id"],
            transfer_id=row["transfer_id"],
            order_id=row["order_id"],
        ),
        due_on=row["due_on"],
        corrects=row["corrects"],
        cancelled=bool(row["cancelled"]),
        counterpart=row["counterpart_site_id"],
    )
