"""Which alerts, in which order."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.alerts.answers import AlertState
from api.paging import DEFAULT_LIMIT, Cursor, Limit, ListQuery, Order, Value, read_page

# Counted in the table: SQLite would work the view dlq_pending out in full for every row.
_COLUMNS = """a.*, p.item_version, p.site_version, p.forecast_version,
    (SELECT count(*) FROM dead_letter AS d
     WHERE d.item_id = a.item_id AND d.site_id = a.site_id) AS dlq_pending"""
_POSITION = "LEFT JOIN position AS p ON p.item_id = a.item_id AND p.site_id = a.site_id"
_SOURCE = f"alert AS a {_POSITION}"


class AlertSort(StrEnum):
    """How alerts can be ranked."""

    AT_RISK_BRL = "at_risk_brl"
    OPENED_AT = "opened_at"
    RESPOND_BY = "respond_by"


_ORDERS = {
    AlertSort.AT_RISK_BRL: Order(leading="a.at_risk_brl", keys=("a.alert_id",), descending=True),
    AlertSort.OPENED_AT: Order(leading="a.opened_at", keys=("a.alert_id",), descending=True),
    AlertSort.RESPOND_BY: Order(leading="a.respond_by", keys=("a.alert_id",)),
}

_Text = Annotated[str | None, Field(min_length=1, max_length=200)]


class AlertQuery(BaseModel):
    """The query parameters of the list of alerts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Annotated[
        AlertState | None, Field(description="Only alerts in this state; all when left out.")
    ] = None
    item: Annotated[_Text, Field(description="Only this item_id.", examples=["010825"])] = None
    site: Annotated[_Text, Field(description="Only this site_id.", examples=["BAJSS002-3"])] = None
    sort: Annotated[
        AlertSort,
        Field(
            description="`at_risk_brl`: most at risk first. `opened_at`: newest first. "
            "`respond_by`: most urgent first."
        ),
    ] = AlertSort.AT_RISK_BRL
    cursor: Cursor = None
    limit: Limit = DEFAULT_LIMIT


def list_alerts(
    read: sqlite3.Connection, query: AlertQuery
) -> tuple[list[sqlite3.Row], str | None]:
    """Return one page of alerts and the cursor of the next."""
    conditions: list[str] = []
    parameters: dict[str, Value] = {}
    if query.state is not None:
        conditions.append("a.state = :state")
        parameters["state"] = query.state.value
    for name in ("item", "site"):
        wanted: str | None = getattr(query, name)
        if wanted is not None:
            conditions.append(f"a.{name}_id = :{name}")
            parameters[name] = wanted
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


def one_alert(read: sqlite3.Connection, alert_id: str) -> sqlite3.Row | None:
    """Return an alert by its id, or None."""
    statement = f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE a.alert_id = ?"
    row: sqlite3.Row | None = read.execute(statement, (alert_id,)).fetchone()
    return row


def transitions_of(read: sqlite3.Connection, alert_id: str) -> list[sqlite3.Row]:
    """Return the steps of an alert's life, the oldest first."""
    statement = "SELECT * FROM alert_transition WHERE alert_id = ? ORDER BY log_offset, sequence"
    return read.execute(statement, (alert_id,)).fetchall()


def transitions_after(
    read: sqlite3.Connection, sequence: int, *, up_to: int, most: int
) -> list[sqlite3.Row]:
    """Return transitions as they arrived, each with its alert as that stands now."""
    statement = f"""
        SELECT {_COLUMNS}, t.sequence, t.event_id AS transition_id, t.transition AS step
        FROM alert_transition AS t JOIN alert AS a ON a.alert_id = t.alert_id {_POSITION}
        WHERE t.sequence > ? AND t.sequence <= ? ORDER BY t.sequence LIMIT ?"""
    return read.execute(statement, (sequence, up_to, most)).fetchall()
