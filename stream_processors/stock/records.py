"""A decision in, the records of three topics out."""

from __future__ import annotations

from typing import Any

from domain.quantities import MILLI
from domain.stock.decision import Decision, Transition
from schemas.codec import Record

POSITIONS = "state.stock-position.v1"
ESTIMATES = "state.demand-estimate.v1"
DECISIONS = "decision.stock-decided.v1"


def position_record(decision: Decision) -> Record:
    """Return the latest position of the decision's key."""
    alert = decision.alert if decision.transition is not Transition.RECOVERED else None
    return {
        **_cause(decision),
        **_quantities(decision),
        "pool_id": decision.site.pool_id,
        "unit": decision.item.unit,
        "name": decision.item.name,
        "region": decision.site.region,
        "action": "buy" if decision.below_reorder_point else "none",
        "buy_quantity_milli": decision.buy_milli,
        "buy_by": decision.buy_by,
        "below_reorder_point": decision.below_reorder_point,
        "alert_id": alert.alert_id if alert else None,
        "flags": ";".join(decision.flags),
        "item_version": decision.item.version,
        "site_version": decision.site.version,
        "rule_version": decision.rule_version,
        "forecast_version": _forecast_version(decision),
        "facts": decision.facts,
        "next_look_at": decision.next_look_at,
    }


def estimate_record(decision: Decision, model: str) -> Record:
    """Return what is known of the demand of the decision's key."""
    demand, prior = decision.demand, decision.prior
    return {
        **_cause(decision),
        "model": model if prior is None else f"{model} + {prior.model}",
        "mean_per_week": demand.mean_milli / MILLI,
        "variance_per_week": demand.variance_milli2 / MILLI**2,
        "weeks": demand.weeks,
        "observations": demand.observations,
        "forecast_version": _forecast_version(decision),
        "prior_weeks": demand.prior_weeks,
    }


def decision_record(decision: Decision) -> Record:
    """Return the decision for the pool, with the transition if there was one."""
    alert, site = decision.alert, decision.site
    return {
        "event_id": decision.event_id,
        **_cause(decision),
        **_quantities(decision),
        "pool_id": site.pool_id,
        "transition": str(decision.transition),
        "alert_id": alert.alert_id if alert else None,
        "opened_at": alert.opened_at if alert else None,
        "crossing_event_id": alert.crossing_event_id if alert else None,
        "crossing_offset": alert.crossing_offset if alert else None,
        "respond_by": alert.respond_by if alert else None,
        "unit": decision.item.unit,
        "name": decision.item.name,
        "substitutes": decision.item.substitutes,
        "buy_quantity_milli": decision.buy_milli,
        "buy_by": decision.buy_by,
        "response_hours": site.response_hours,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "rule_version": decision.rule_version,
    }


def _forecast_version(decision: Decision) -> str | None:
    return None if decision.prior is None else decision.prior.forecast_version


def _cause(decision: Decision) -> dict[str, Any]:
    return {
        "caused_by": decision.caused_by,
        "item_id": decision.item.item_id,
        "site_id": decision.site.site_id,
        "occurred_at": decision.occurred_at,
        "log_partition": decision.at.partition,
        "log_offset": decision.at.offset,
    }


def _quantities(decision: Decision) -> dict[str, Any]:
    position, target, outlook = decision.position, decision.target, decision.outlook
    return {
        "on_hand_milli": position.on_hand_milli,
        "on_order_milli": position.on_order_milli,
        "in_transit_milli": position.in_transit_milli,
        "reserved_milli": position.reserved_milli,
        "position_milli": position.milli,
        "reorder_point_milli": target.reorder_point_milli,
        "order_up_to_milli": target.order_up_to_milli,
        "safety_stock_milli": target.safety_stock_milli,
        "demand_mean_per_day": decision.demand.mean_milli / MILLI / 7.0,
        "lead_time_days": decision.item.lead_time_days,
        "p_stockout": outlook.p_stockout,
        "days_to_stockout_p10": outlook.days_p10,
        "days_to_stockout_p50": outlook.days_p50,
        "days_to_stockout_p90": outlook.days_p90,
        "at_risk_brl": outlook.at_risk_brl,
    }
