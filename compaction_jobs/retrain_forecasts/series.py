"""The demand of every key in, the weekly series that are forecast out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from compaction_jobs.retrain_forecasts.silver import (
    UNKNOWN_FAMILY,
    UNKNOWN_REGION,
    Demand,
    KeyDemand,
)
from domain.identity import stable_id
from domain.instants import WEEK, local_day
from domain.quantities import MILLI
from domain.stock.demand import weekly_demand_milli
from domain.stock.policy import Policy, is_divisible
from forecasting.contract import WeeklyHistory

_LEAST_WEEKS = Policy().least_exposure_weeks
# A family holds pieces, metres and kilos, which have no sum: what is counted is how often
# something of it was asked for.
REQUESTS = "requests"


class Level(StrEnum):
    """What a series is about."""

    ITEM = "item"
    FAMILY = "family"
    FAMILY_REGION = "family_region"


@dataclass(frozen=True, slots=True)
class Series:
    """One series: what it is about, its weeks, and the keys of which it is the sum."""

    level: Level
    item_id: str | None
    family: str
    region: str | None
    unit: str
    history: WeeklyHistory
    keys: tuple[KeyDemand, ...]

    @property
    def name(self) -> str:
        """What it is called in the report; no two share it."""
        parts = (self.level, self.item_id or self.family, self.region)
        return "/".join(part for part in parts if part)


def item_series(demand: Demand) -> Iterator[Series]:
    """Yield the demand of each item in the whole nation, in base units a week."""
    of_item: dict[str, list[KeyDemand]] = defaultdict(list)
    for key in demand.keys:
        of_item[key.item_id].append(key)
    for item_id, keys in of_item.items():
        unit = demand.units.get(item_id, "UN")
        quantities = [milli / MILLI for milli in national_weeks(demand, keys)]
        yield Series(
            level=Level.ITEM,
            item_id=item_id,
            family=demand.families.get(item_id, UNKNOWN_FAMILY),
            region=None,
            unit=unit,
            history=_history(demand, quantities, divisible=is_divisible(unit)),
            keys=tuple(keys),
        )


def family_series(demand: Demand, *, by_region: bool) -> Iterator[Series]:
    """Yield how often something of each family was asked for, in requests a week."""
    of_family: dict[tuple[str, str | None], list[KeyDemand]] = defaultdict(list)
    for key in demand.keys:
        family = demand.families.get(key.item_id, UNKNOWN_FAMILY)
        state = demand.regions.get(key.site_id, UNKNOWN_REGION)
        of_family[family, None].append(key)
        if by_region and state != UNKNOWN_REGION:
            of_family[family, state].append(key)
    for (family, region), keys in sorted(of_family.items(), key=_in_order):
        yield Series(
            level=Level.FAMILY if region is None else Level.FAMILY_REGION,
            item_id=None,
            family=family,
            region=region,
            unit=REQUESTS,
            history=_history(demand, _requests(demand, keys), divisible=False),
            keys=tuple(keys),
        )


def national_weeks(demand: Demand, keys: Iterable[KeyDemand]) -> list[int]:
    """Return the sum of some keys' demand by week, since the first of them would have been seen."""
    keys = list(keys)
    since = min(key.since for key in keys)
    demands = [entry for key in keys for entry in key.demands]
    return weekly_demand_milli(demands, since=since, now=demand.now, least_weeks=_LEAST_WEEKS)


def site_weeks(demand: Demand, key: KeyDemand, weeks: int) -> list[float]:
    """Return one key's demand over the newest so many weeks, in base units."""
    since = demand.now - (weeks - 1) * WEEK
    found = weekly_demand_milli(key.demands, since=since, now=demand.now, least_weeks=weeks)
    return [milli / MILLI for milli in found]


def forecast_version(demand: Demand, *made_with: str) -> str:
    """Return what the same demand, forecast in the same way, is always called.

    >>> forecast_version(Demand(0, 1, (), {}, {}, {}), "a") == forecast_version(
    ...     Demand(0, 2, (), {}, {}, {}), "a"
    ... )
    True
    """
    told = [
        [key.item_id, key.site_id, key.since, [_told(entry) for entry in key.demands]]
        for key in demand.keys
    ]
    about = (demand.families, demand.units, demand.regions)
    digest = stable_id(str(demand.now), *made_with, json.dumps([told, about], sort_keys=True))
    return f"{local_day(demand.now):%Y%m%d}-{digest[:12]}"


def _told(entry: object) -> list[object]:
    return [getattr(entry, name) for name in ("event_id", "occurred_at", "quantity_milli")]


def _requests(demand: Demand, keys: list[KeyDemand]) -> list[float]:
    once = [
        replace(key, demands=tuple(replace(entry, quantity_milli=1) for entry in key.demands))
        for key in keys
    ]
    return [float(count) for count in national_weeks(demand, once)]


def _in_order(found: tuple[tuple[str, str | None], object]) -> tuple[str, str]:
    (family, region), _ = found
    return family, region or ""


def _history(demand: Demand, quantities: list[float], *, divisible: bool) -> WeeklyHistory:
    first_on = local_day(demand.now - len(quantities) * WEEK)
    return WeeklyHistory(first_on, quantities, divisible)
