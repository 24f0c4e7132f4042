"""The handful of numbers that say how things stand."""

from __future__ import annotations

import sqlite3

from pydantic import BaseModel, Field

_SUMMARY = """
SELECT (SELECT count(*) FROM position) AS positions,
       (SELECT count(*) FROM position WHERE below_reorder_point = 1) AS below_reorder_point,
       (SELECT total(at_risk_brl) FROM position WHERE below_reorder_point = 1) AS at_risk_brl,
       (SELECT count(*) FROM alert
         WHERE state IN ('opened', 'acknowledged', 'snoozed', 'escalated')) AS alerts_open,
       (SELECT count(*) FROM alert JOIN position USING (alert_id)
         WHERE state = 'opened' AND below_reorder_point = 1
         AND respond_by < (SELECT max(newest_event_at) FROM freshness)) AS alerts_late,
       (SELECT count(*) FROM alert WHERE state = 'recovered') AS alerts_recovered,
       (SELECT count(*) FROM dead_letter) AS dead_letters
"""


class DeadLetterCount(BaseModel):
    """Dead letters of one topic for one reason."""

    topic: str = Field(description="The topic of the refused records.")
    reason: str = Field(description="From a closed set.", examples=["undated"])
    dead_letters: int


class Summary(BaseModel):
    """Totals over the whole read model."""

    positions: int = Field(description="Items at sites.")
    below_reorder_point: int = Field(description="Positions below their reorder point.")
    at_risk_brl: float = Field(description="R$ at risk in the positions below.")
    alerts_open: int = Field(description="Alerts neither recovered nor withdrawn.")
    alerts_late: int = Field(
        description="Opened, below still, and past the time by which to respond."
    )
    alerts_recovered: int
    dead_letters: int
    dead_letters_by_reason: list[DeadLetterCount] = Field(description="The most frequent first.")


def summary(read: sqlite3.Connection) -> Summary:
    """Count everything in one committed state."""
    totals = read.execute(_SUMMARY).fetchone()
    reasons = read.execute(
        "SELECT topic, reason, dead_letters FROM dead_letter_count"
        " ORDER BY dead_letters DESC, topic, reason"
    )
    by_reason = [DeadLetterCount.model_validate(dict(row)) for row in reasons]
    return Summary.model_validate(dict(totals) | {"dead_letters_by_reason": by_reason})
