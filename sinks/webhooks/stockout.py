"""What a webhook says of a stock-out alert: quantities in base units, the design's names."""

from __future__ import annotations

from typing import Any

from domain.instants import day_of, to_datetime
from domain.quantities import units
from schemas.codec import Record

_QUANTILES = ("p10", "p50", "p90")


def data_of(alert: Record) -> dict[str, Any]:
    """Return the data of the webhook that announces one transition."""
    return {
        "alert_id": alert["alert_id"],
        "event_id": alert["event_id"],
        "transition": alert["transition"],
        "state": alert["state"],
        "item_id": alert["item_id"],
        "site_id": alert["site_id"],
        "name": alert["name"],
        "unit": alert["unit"],
        "occurred_at": to_datetime(alert["occurred_at"]),
        "opened_at": to_datetime(alert["opened_at"]),
        "respond_by": to_datetime(alert["respond_by"]),
        "caused_by": alert["caused_by"],
        "crossing_event_id": alert["crossing_event_id"],
        "crossing_offset": alert["crossing_offset"],
        "as_of_offset": alert["log_offset"],
        "rule_version": alert["rule_version"],
        "on_hand": units(alert["on_hand_milli"]),
        "position": units(alert["position_milli"]),
        "reorder_point": units(alert["reorder_point_milli"]),
        "p_stockout": alert["p_stockout"],
        "days_to_stockout": {each: alert[f"days_to_stockout_{each}"] for each in _QUANTILES},
        "recommendation": _recommendation(alert),
        "at_risk_brl": alert["at_risk_brl"],
        "message": alert["message"],
    }


def _recommendation(alert: Record) -> dict[str, Any]:
    by = alert["by"]
    return {
        "action": alert["action"],
        "quantity": units(alert["quantity_milli"]),
        "by": None if by is None else day_of(by),
        "from_site": alert["from_site"],
        "substitute_item": alert["substitute_item"],
    }
