"""Items, sites and priors as last told, and what is assumed where nobody told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from domain.facts import FactKind, StockFact
from domain.quantities import MILLI


@dataclass(frozen=True, slots=True)
class Item:
    """One version of an item's master data."""

    item_id: str
    version: str | None = None  # event_id of the master, None while it is unknown
    recorded_at: int = 0
    name: str = ""
    family: str = ""
    unit: str = "UN"
    unit_cost_brl: float = 0.0
    lead_time_days: float = 14.0
    lead_time_spread_days: float = 7.0
    min_order_quantity_milli: int = 1000
    criticality: str = "C"
    substitutes: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One version of a site's master data."""

    site_id: str
    version: str | None = None
    recorded_at: int = 0
    name: str = ""
    site_kind: str = "tower"
    region: str = ""
    pool_id: str = ""
    operator: str = ""
    contract_value_brl_month: float = 0.0
    fine_rate: float = 0.0
    response_hours: float = 8.0
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """What a forecast of all sites together expects of an item's demand at one of them.

    Attributes:
        mean_milli: demand a week, in thousandths of the base unit.
        variance_milli2: of a week's demand.
        weeks: of a site's own exposure that it is worth.
    """

    item_id: str
    version: str
    recorded_at: int
    forecast_version: str
    model: str
    mean_milli: float
    variance_milli2: float
    weeks: float


_Master = TypeVar("_Master", Item, Site, Prior)


@dataclass(slots=True)
class World:
    """What every key of one partition sees: the newest tick, the masters and the priors.

    The one mutable part of the fold: a copy of a hundred thousand masters for each new one
    would cost more than all decisions. `learn` is order-free and idempotent.
    """

    tick: int | None = None
    tick_id: str | None = None
    items: dict[str, Item] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    priors: dict[str, Prior] = field(default_factory=dict)

    def item(self, item_id: str) -> Item:
        """Return the item's master, or what is assumed of one that is not known yet."""
        return self.items.get(item_id) or Item(item_id, name=item_id)

    def site(self, site_id: str) -> Site:
        """Return the site's master; an unknown site is a pool of its own."""
        return self.sites.get(site_id) or Site(site_id, name=site_id, pool_id=f"site:{site_id}")

    def learn(self, fact: StockFact) -> bool:
        """Take in a broadcast fact; return whether anything is new."""
        match fact.kind:
            case FactKind.TICK:
                if self.tick is not None and fact.occurred_at <= self.tick:
                    return False
                self.tick, self.tick_id = fact.occurred_at, fact.event_id
                return True
            case FactKind.ITEM_CHANGED:
                return _replace_older(self.items, fact.item_id or "", _item(fact))
            case FactKind.SITE_CHANGED:
                return _replace_older(self.sites, fact.site_id or "", _site(fact))
            case FactKind.PRIOR_CHANGED:
                return _replace_older(self.priors, fact.item_id or "", _prior(fact))
            case _:
                msg = f"{fact.kind} is a fact about one key"
                raise ValueError(msg)


def _replace_older(known: dict[str, _Master], key: str, new: _Master) -> bool:
    held = known.get(key)
    if held is not None and _version(held) >= _version(new):
        return False
    known[key] = new
    return True


def _version(master: Item | Site | Prior) -> tuple[int, str]:
    return master.recorded_at, master.version or ""


def _item(fact: StockFact) -> Item:
    assumed = Item(fact.item_id or "")
    return Item(
        item_id=assumed.item_id,
        version=fact.event_id,
        recorded_at=fact.recorded_at,
        name=fact.name or assumed.item_id,
        family=fact.family or assumed.family,
        unit=fact.unit or assumed.unit,
        unit_cost_brl=_or(fact.unit_cost_brl, assumed.unit_cost_brl),
        lead_time_days=_or(fact.lead_time_days, assumed.lead_time_days),
        lead_time_spread_days=_or(fact.lead_time_spread_days, assumed.lead_time_spread_days),
        min_order_quantity_milli=fact.min_order_quantity_milli or assumed.min_order_quantity_milli,
        criticality=fact.criticality or assumed.criticality,
        substitutes=fact.substitutes or "",
    )


def _site(fact: StockFact) -> Site:
    assumed = Site(fact.site_id or "")
    return Site(
        site_id=assumed.site_id,
        version=fact.event_id,
        recorded_at=fact.recorded_at,
        name=fact.name or assumed.site_id,
        site_kind=fact.site_kind or assumed.site_kind,
        region=fact.region or assumed.region,
        pool_id=fact.pool_id or f"site:{assumed.site_id}",
        operator=fact.operator or assumed.operator,
        contract_value_brl_month=_or(
            fact.contract_value_brl_month, assumed.contract_value_brl_month
        ),
        fine_rate=_or(fact.fine_rate, assumed.fine_rate),
        response_hours=_or(fact.response_hours, assumed.response_hours),
        latitude=fact.latitude,
        longitude=fact.longitude,
    )


def _prior(fact: StockFact) -> Prior:
    return Prior(
        item_id=fact.item_id or "",
        version=fact.event_id,
        recorded_at=fact.recorded_at,
        forecast_version=fact.forecast_version or "",
        model=fact.model or "",
        mean_milli=_or(fact.mean_per_week_per_site, 0.0) * MILLI,
        variance_milli2=_or(fact.variance_per_week_per_site, 0.0) * MILLI**2,
        weeks=_or(fact.prior_weeks, 0.0),
    )


def _or(value: float | None, assumed: float) -> float:
    return assumed if value is None else value
