"""A transition and what to do about it in, the record of alert.stockout out."""

from __future__ import annotations

from domain import messages
from domain.pooling import Recommendation
from domain.stock.decision import Transition
from schemas.codec import Record

_PASSED_ON = (
    "event_id",
    "alert_id",
    "transition",
    "caused_by",
    "item_id",
    "site_id",
    "occurred_at",
    "log_partition",
    "log_offset",
    "opened_at",
    "crossing_event_id",
    "crossing_offset",
    "respond_by",
    "rule_version",
    "on_hand_milli",
    "position_milli",
    "reorder_point_milli",
    "p_stockout",
    "days_to_stockout_p10",
    "days_to_stockout_p50",
    "days_to_stockout_p90",
    "unit",
    "name",
    "at_risk_brl",
)


def alert_record(decision: Record, recommendation: Recommendation) -> Record:
    """Return one transition of one alert, ready to be published."""
    return {
        **{name: decision[name] for name in _PASSED_ON},
        "state": decision["transition"],
        "action": recommendation.action,
        "quantity_milli": recommendation.quantity_milli,
        "by": recommendation.by,
        "from_site": recommendation.from_site,
        "substitute_item": recommendation.substitute_item,
        "seen": ";".join(
            f"{stock.site_id}={stock.partition}@{stock.offset}" for stock in recommendation.seen
        ),
        "message": _message(decision, recommendation),
    }


def _message(decision: Record, recommendation: Recommendation) -> str:
    if decision["transition"] == Transition.RECOVERED:
        return messages.recovered(
            name=decision["name"],
            site_id=decision["site_id"],
            unit=decision["unit"],
            position_milli=decision["position_milli"],
        )
    return messages.opened(
        name=decision["name"],
        site_id=decision["site_id"],
        unit=decision["unit"],
        on_hand_milli=decision["on_hand_milli"],
        position_milli=decision["position_milli"],
        reorder_point_milli=decision["reorder_point_milli"],
        days=(decision["days_to_stockout_p10"], decision["days_to_stockout_p90"]),
        recommendation=recommendation,
    )
