"""From demand, lead time and stakes to a reorder point and what falls short of it.

The classical model: demand over the lead time is taken as normal. It is exact for nobody and
understood by everyone; where it is too rough it says so in the name of the rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from types import MappingProxyType

from domain.ports import WeeklyDemand
from domain.quantities import MILLI
from domain.stock.masters import Item, Site

_STANDARD_NORMAL = NormalDist()
_WEEK_DAYS = 7.0
# Measured or poured, not counted: a reorder point of 2.37 m is fine, one of 2.37 pieces is not.
_DIVISIBLE_UNITS = frozenset({"KG", "M", "M2", "M3", "L", "T"})
_NOT_IN_SIGHT_DAYS = 3650.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The parameters of the rule.

    Attributes:
        service_level: wanted P(no stock-out in a cycle), by criticality.
        risk_weight: share of a fine that a missing part risks, by criticality.
        review_days: how often somebody looks at proposals.
        grace_days: how long a late order, or an unseen receipt, is still believed.
        least_exposure_weeks: shortest history a demand rate may rest on.
        recover_margin: how far above the reorder point an alert ends, as a fraction of it.
        horizon_days: older facts than this before the newest tick are too late.
    """

    version: str = "classical-1"
    service_level: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"A": 0.98, "B": 0.95, "C": 0.90})
    )
    risk_weight: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"A": 1.0, "B": 0.5, "C": 0.2})
    )
    review_days: float = 7.0
    grace_days: float = 7.0
    least_exposure_weeks: int = 8
    recover_margin: float = 0.1
    horizon_days: float = 400.0


@dataclass(frozen=True, slots=True)
class Target:
    """What stock ought to be, in thousandths of the base unit."""

    reorder_point_milli: int
    safety_stock_milli: int
    order_up_to_milli: int
    recover_at_milli: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of stock as it is.

    Attributes:
        p_stockout: P(demand over the lead time > position).
        days_p10: with 10 % probability stock on hand lasts no longer; None: not in sight.
    """

    p_stockout: float
    days_p10: float | None
    days_p50: float | None
    days_p90: float | None
    at_risk_brl: float


def target(demand: WeeklyDemand, item: Item, policy: Policy) -> Target:
    """Return reorder point, safety stock and order-up-to level.

    Reorder point = d·L + z·σ, with d the demand a day, L the lead time in days, z the normal
    quantile of the service level and σ² = L·s² + d²·σ_L², where s² is the variance of a day's
    demand and σ_L the spread of the lead time (Silver, Pyke and Thomas, Inventory and
    Production Management in Supply Chains, 4th ed., ch. 6). A critical part is never below
    one unit.
    """
    mean, sigma = _lead_time_demand(demand, item)
    z = _STANDARD_NORMAL.inv_cdf(policy.service_level[item.criticality])
    floor = MILLI if item.criticality == "A" else 0
    reorder_point = max(round_up(mean + z * sigma, item.unit), floor)
    review = demand.mean_milli / _WEEK_DAYS * policy.review_days
    order_up_to = reorder_point + max(round_up(review, item.unit), item.min_order_quantity_milli)
    return Target(
        reorder_point_milli=reorder_point,
        safety_stock_milli=max(reorder_point - math.ceil(mean), 0),
        order_up_to_milli=order_up_to,
        # Never above order-up-to: an order as proposed must be able to end its alert.
        recover_at_milli=min(
            round_up(reorder_point * (1 + policy.recover_margin), item.unit), order_up_to
        ),
    )


def outlook(
    demand: WeeklyDemand, item: Item, site: Site, *, on_hand: int, position: int, policy: Policy
) -> Outlook:
    """Return the risks of the stock as it is; quantities in thousandths."""
    mean, sigma = _lead_time_demand(demand, item)
    p_stockout = _exceeds(mean, sigma, position)
    stake = site.fine_rate * site.contract_value_brl_month * policy.risk_weight[item.criticality]
    return Outlook(
        p_stockout=p_stockout,
        days_p10=_days_left(demand, on_hand, 0.10),
        days_p50=_days_left(demand, on_hand, 0.50),
        days_p90=_days_left(demand, on_hand, 0.90),
        at_risk_brl=round(p_stockout * stake, 2),
    )


def is_divisible(unit: str) -> bool:
    """Return whether a unit is measured or poured, not counted.

    >>> is_divisible("KG"), is_divisible("UN")
    (True, False)
    """
    return unit in _DIVISIBLE_UNITS


def round_up(milli: float, unit: str) -> int:
    """Return a quantity rounded up to what can be ordered: whole pieces, or thousandths.

    >>> round_up(2370.0, "UN"), round_up(2370.2, "M")
    (3000, 2371)
    """
    # A hair above a whole number is floating-point dust, not another piece to buy.
    if is_divisible(unit):
        return math.ceil(milli - 1e-6)
    return math.ceil(milli / MILLI - 1e-9) * MILLI


def _lead_time_demand(demand: WeeklyDemand, item: Item) -> tuple[float, float]:
    a_day = demand.mean_milli / _WEEK_DAYS
    variance = demand.variance_milli2 / _WEEK_DAYS * item.lead_time_days
    variance += (a_day * item.lead_time_spread_days) ** 2
    return a_day * item.lead_time_days, math.sqrt(variance)


def _exceeds(mean: float, sigma: float, limit: float) -> float:
    if sigma == 0.0:
        return 1.0 if mean > limit else 0.0
    return 1.0 - NormalDist(mean, sigma).cdf(limit)


def _days_left(demand: WeeklyDemand, on_hand: int, probability: float) -> float | None:
    """Return t with P(demand over t days ≥ on hand) = probability, or None beyond ten years.

    Demand over t days has mean d·t and deviation s·√t, so √t solves d·x² + z·s·x = on hand.
    """
    d = demand.mean_milli / _WEEK_DAYS
    if d <= 0.0:
        return None
    if on_hand <= 0:
        return 0.0
    s = math.sqrt(demand.variance_milli2 / _WEEK_DAYS)
    z_s = _STANDARD_NORMAL.inv_cdf(1.0 - probability) * s
    root = math.sqrt(z_s * z_s + 4.0 * d * on_hand)
    # Of the solution's two forms the one without a difference: where demand is rare, the other
    # subtracts equal numbers and has no digits left.
    x = 2.0 * on_hand / (root + z_s) if z_s > 0.0 else (root - z_s) / (2.0 * d)
    days = x * x
    return days if days <= _NOT_IN_SIGHT_DAYS else None
