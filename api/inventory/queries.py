"""Which positions, in which order."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.paging import DEFAULT_LIMIT, Cursor, Limit, ListQuery, Order, Value, read_page
from api.read_model import folded

# Counted in the table: SQLite would work the view dlq_pending out in full for every row.
_COLUMNS = """p.*, a.action AS pooled_action, a.quantity_milli AS pooled_quantity_milli,
    a."by" AS pooled_by, a.from_site, a.substitute_item,
    a.state AS alert_state, a.opened_at AS alert_opened_at, a.respond_by AS alert_respond_by,
    (SELECT count(*) FROM dead_letter AS d
     WHERE d.item_id = p.item_id AND d.site_id = p.site_id) AS dlq_pending"""
# The pool's advice holds while its alert is open.
_SOURCE = """position AS p LEFT JOIN alert AS a
    ON a.alert_id = p.alert_id AND a.state NOT IN ('recovered', 'withdrawn')"""
# Sorts after every number of days that there can be: null means that no end is in sight.
_NEVER = "1e300"


class InventorySort(StrEnum):
    """How positions can be ranked."""

    AT_RISK_BRL = "at_risk_brl"
    ITEM = "item"
    SITE = "site"
    DAYS_TO_STOCKOUT = "days_to_stockout"


_ORDERS = {
    InventorySort.AT_RISK_BRL: Order(
        leading="p.at_risk_brl", keys=("p.item_id", "p.site_id"), descending=True
    ),
    InventorySort.ITEM: Order(leading="p.item_id", keys=("p.site_id",)),
    InventorySort.SITE: Order(leading="p.site_id", keys=("p.item_id",)),
    InventorySort.DAYS_TO_STOCKOUT: Order(
        leading=f"coalesce(p.days_to_stockout_p50, {_NEVER})", keys=("p.item_id", "p.site_id")
    ),
}
_Text = Annotated[str | None, Field(min_length=1, max_length=200)]


class InventoryQuery(BaseModel):
    """The query parameters of the list of positions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: Annotated[_Text, Field(description="Only this site_id.", examples=["BAJSS002-3"])] = None
    item: Annotated[_Text, Field(description="Only this item_id.", examples=["010825"])] = None
    region: Annotated[_Text, Field(description="Only sites of this UF.", examples=["BA"])] = None
    search: Annotated[
        _Text,
        Field(description="Only where item_id, name or site_id contains this, whatever its case."),
    ] = None
    below_reorder_point: Annotated[
        bool | None, Field(description="Only positions that are (true) or are not (false) below.")
    ] = None
    alerted: Annotated[
        bool | None, Field(description="Only positions that have (true) or lack an open alert.")
    ] = None
    sort: Annotated[
        InventorySort,
        Field(
            description="`at_risk_brl`: most at risk first. `days_to_stockout`: soonest first, by "
            "the median. Else alphabetical."
        ),
    ] = InventorySort.AT_RISK_BRL
    cursor: Cursor = None
    limit: Limit = DEFAULT_LIMIT


def list_positions(
    read: sqlite3.Connection, query: InventoryQuery
) -> tuple[list[sqlite3.Row], str | None]:
    """Return one page of positions and the cursor of the next."""
    conditions, parameters = _filters(query)
    asked = ListQuery(
        columns=_COLUMNS,
        source=_SOURCE,
        conditions=tuple(conditions),
        parameters=parameters,
        sort=query.sort,
        order=_ORDERS[query.sort],
        cursor=query.cursor,
        limit=query.limit,
    )
    return read_page(read, asked)


def one_position(read: sqlite3.Connection, *, item_id: str, site_id: str) -> sqlite3.Row | None:
    """Return the position of one item at one site, or None."""
    statement = f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE p.item_id = ? AND p.site_id = ?"
    row: sqlite3.Row | None = read.execute(statement, (item_id, site_id)).fetchone()
    return row


def _filters(query: InventoryQuery) -> tuple[list[str], dict[str, Value]]:
    conditions: list[str] = []
    parameters: dict[str, Value] = {}
    for name, column in (("site", "site_id"), ("item", "item_id"), ("region", "region")):
        wanted: str | None = getattr(query, name)
        if wanted is not None:
            conditions.append(f"p.{column} = :{name}")
            parameters[name] = wanted
    if query.below_reorder_point is not None:
        conditions.append("p.below_reorder_point = :below")
        parameters["below"] = int(query.below_reorder_point)
    if query.alerted is not None:
        conditions.append(f"p.alert_id IS {'NOT ' if query.alerted else ''}NULL")
        parameters["alerted"] = int(query.alerted)  # for the cursor: it belongs to this list
    if query.search is not None:
        text = "folded(p.item_id || ' ' || p.name || ' ' || p.site_id)"
        conditions.append(f"instr({text}, :search) > 0")
        parameters["search"] = folded(query.search)
    return conditions, parameters
