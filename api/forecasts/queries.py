"""What is known of the demand of one item at one site."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_ESTIMATES = "state.demand-estimate.v1"
# The position of the same key tells the unit, and which masters were used.
_ONE = """
SELECT e.*, p.unit, p.item_version, p.site_version, p.rule_version,
    (SELECT count(*) FROM dead_letter AS d
     WHERE d.item_id = e.item_id AND d.site_id = e.site_id) AS dlq_pending
FROM demand_estimate AS e JOIN position AS p ON p.item_id = e.item_id AND p.site_id = e.site_id
WHERE e.item_id = ? AND e.site_id = ?
"""


class ForecastQuery(BaseModel):
    """The query parameters of a forecast."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    horizon_days: Annotated[
        int, Field(ge=1, le=180, description="How many days, today included.")
    ] = 60


def one_estimate(read: sqlite3.Connection, *, item_id: str, site_id: str) -> sqlite3.Row | None:
    """Return the demand estimate of one item at one site, or None."""
    row: sqlite3.Row | None = read.execute(_ONE, (item_id, site_id)).fetchone()
    return row


def data_now(read: sqlite3.Connection) -> int | None:
    """Return the newest data time at which anything was estimated: the newest tick.

    Not the newest fact's: one whose date was mistyped would carry everybody into the future.
    """
    query = "SELECT newest_event_at FROM freshness WHERE topic = ?"
    row: sqlite3.Row | None = read.execute(query, (_ESTIMATES,)).fetchone()
    return None if row is None else row["newest_event_at"]
