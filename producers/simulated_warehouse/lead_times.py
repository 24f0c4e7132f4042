"""Request and purchase dates in, lead times by item out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, pstdev

from schemas.requisition_rules import Flag, ParsedLine

_SHORTEST_DAYS, _LEAST_SPREAD_DAYS = 3.0, 1.0
_ASSUMED_DAYS = 7.0
# An item's few lags are pulled towards its family's mean as if it had so many more of them.
_PULL = 4


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from need to delivery."""

    days: float
    spread_days: float


def lead_times(lines: Iterable[ParsedLine]) -> dict[str, LeadTime]:
    """Return the lead time of every item, from its own lags and its family's.

    The export knows when a line was bought, not when it arrived: that lag stands for the
    whole, with a floor, for nothing arrives at the moment it is asked for.
    """
    by_family: dict[str, list[int]] = defaultdict(list)
    by_item: dict[str, list[int]] = defaultdict(list)
    family_of: dict[str, str] = {}
    for line in lines:
        family_of.setdefault(line.item_id, line.family)
        lag = _lag(line)
        if lag is not None:
            by_family[line.family].append(lag)
            by_item[line.item_id].append(lag)
    return {
        item_id: _lead_time(by_item.get(item_id, []), by_family.get(family, []))
        for item_id, family in family_of.items()
    }


def _lead_time(own: list[int], of_family: list[int]) -> LeadTime:
    usual = fmean(of_family) if of_family else _ASSUMED_DAYS
    mean = (sum(own) + _PULL * usual) / (len(own) + _PULL)
    spread = pstdev(of_family) if of_family else _ASSUMED_DAYS / 2
    return LeadTime(
        days=round(max(mean, _SHORTEST_DAYS), 1),
        # Half of what tells the family's items apart is between them, not within one.
        spread_days=round(min(max(spread / 2, _LEAST_SPREAD_DAYS), mean), 1),
    )


def _lag(line: ParsedLine) -> int | None:
    odd = {Flag.PURCHASE_BEFORE_REQUEST, Flag.DATE_OUT_OF_RANGE}.intersection(line.flags)
    if odd or line.requisitioned_on is None or line.purchased_on is None:
        return None
    return (line.purchased_on - line.requisitioned_on).days
