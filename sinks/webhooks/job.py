"""What a webhook says of a scheduled job that fails, or works again."""

from __future__ import annotations

from typing import Any

from domain.instants import to_datetime
from schemas.codec import Record


def data_of(alert: Record) -> dict[str, Any]:
    """Return the data of the webhook that announces one transition."""
    since = alert["failing_since"]
    return {
        "event_id": alert["event_id"],
        "transition": alert["transition"],
        "job": alert["job"],
        "module": alert["module"],
        "outcome": alert["outcome"],
        "exit_code": alert["exit_code"],
        "started_at": to_datetime(alert["started_at"]),
        "ended_at": to_datetime(alert["occurred_at"]),
        "failures_in_a_row": alert["failures_in_a_row"],
        "failing_since": None if since is None else to_datetime(since),
        "next_due_at": to_datetime(alert["next_due_at"]),
        "detail": alert["detail"],
        "runbook": alert["runbook"],
        "message": alert["message"],
    }
