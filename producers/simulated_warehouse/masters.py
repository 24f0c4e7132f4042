"""Parsed lines in, item and site masters out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from statistics import median

from domain.quantities import MILLI
from producers.simulated_warehouse.families import traits
from producers.simulated_warehouse.lead_times import lead_times
from producers.simulated_warehouse.places import CAPITALS, is_tower, region
from producers.simulated_warehouse.records import master
from producers.timeline import TimedEvent
from schemas.requisition_rules import MISSING_DEPOT, ParsedLine

_OPERATORS = ("Claro", "Vivo", "TIM", "IHS")
_SUBSTITUTE_SHARE = 0.15
_NEARBY_DEGREES = 0.9  # about 100 km


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMaster:
    """One item, with the names of `raw.item.v1`."""

    item_id: str
    name: str
    family: str
    unit: str
    unit_cost_brl: float
    lead_time_days: float
    lead_time_spread_days: float
    min_order_quantity_milli: int
    criticality: str
    substitutes: str = ""

    def event(self, at: int) -> TimedEvent:
        """Return it as a `raw.item.v1` event."""
        return master("raw.item.v1", "item", self.item_id, at, asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMaster:
    """One site, with the names of `raw.site.v1`."""

    site_id: str
    name: str
    site_kind: str
    region: str
    pool_id: str
    operator: str
    contract_value_brl_month: float
    fine_rate: float
    response_hours: float
    latitude: float | None
    longitude: float | None

    def event(self, at: int) -> TimedEvent:
        """Return it as a `raw.site.v1` event."""
        return master("raw.site.v1", "site", self.site_id, at, asdict(self))


def item_masters(lines: Iterable[ParsedLine], random: Random) -> dict[str, ItemMaster]:
    """Return a master for each item of the lines, by item_id."""
    by_item: dict[str, list[ParsedLine]] = defaultdict(list)
    for line in lines:
        by_item[line.item_id].append(line)
    times = lead_times(line for of_item in by_item.values() for line in of_item)
    peers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item_id, of_item in sorted(by_item.items()):
        peers[_family_and_unit(of_item)].append(item_id)
    found: dict[str, ItemMaster] = {}
    for item_id, of_item in sorted(by_item.items()):
        family, unit = _family_and_unit(of_item)
        usual = traits(family)
        others = [peer for peer in peers[family, unit] if peer != item_id]
        low, high = usual.cost_brl
        found[item_id] = ItemMaster(
            item_id=item_id,
            name=of_item[0].material or item_id,
            family=family,
            unit=unit,
            # As many items near the cheap end as near the dear one, counted in doublings.
            unit_cost_brl=round(low * (high / low) ** random.random(), 2),
            lead_time_days=times[item_id].days,
            lead_time_spread_days=times[item_id].spread_days,
            min_order_quantity_milli=_least_order(of_item),
            criticality=random.choices("ABC", usual.shares)[0],
            substitutes=_substitutes(others, random),
        )
    return found


def site_masters(site_ids: Iterable[str], random: Random) -> dict[str, SiteMaster]:
    """Return a master for each site, by site_id."""
    return {site_id: _site(site_id, random) for site_id in sorted(set(site_ids))}


def _site(site_id: str, random: Random) -> SiteMaster:
    tower, state = is_tower(site_id), region(site_id)
    nowhere = site_id == MISSING_DEPOT  # a heading of the books: nobody can drive there
    latitude, longitude = CAPITALS[state]
    spread = _NEARBY_DEGREES if tower else _NEARBY_DEGREES / 10
    value = random.uniform(3_000, 14_000) if tower else random.uniform(15_000, 60_000)
    return SiteMaster(
        site_id=site_id,
        name=f"{'Torre' if tower else 'Depósito'} {site_id}",
        site_kind="tower" if tower else "depot",
        region=state,
        pool_id=f"POOL-{MISSING_DEPOT if nowhere else state}",
        operator=random.choice(_OPERATORS),
        contract_value_brl_month=round(value, -2),
        fine_rate=round(random.uniform(0.02, 0.10), 3),
        response_hours=float(random.randint(4, 8)),
        latitude=None if nowhere else round(latitude + random.uniform(-spread, spread), 4),
        longitude=None if nowhere else round(longitude + random.uniform(-spread, spread), 4),
    )


def _family_and_unit(lines: Sequence[ParsedLine]) -> tuple[str, str]:
    return (
        Counter(line.family for line in lines).most_common(1)[0][0],
        Counter(line.unit for line in lines).most_common(1)[0][0],
    )


def _least_order(lines: Sequence[ParsedLine]) -> int:
    """Return a package's content: what is asked for by the dozen is sold by the five."""
    usual = median(line.quantity_milli for line in lines)
    return next((n * MILLI for n in (100, 50, 10, 5) if usual >= 2 * n * MILLI), MILLI)


def _substitutes(others: Sequence[str], random: Random) -> str:
    if not others or random.random() >= _SUBSTITUTE_SHARE:
        return ""
    return ";".join(sorted(random.sample(others, min(len(others), random.randint(1, 2)))))
