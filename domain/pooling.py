"""One pool's stock of one item in, the way out of a shortage out: transfer, substitute or buy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_EARTH_RADIUS_KM = 6371.0
# A loaded van on Brazilian roads, door to door.
_ROAD_KM_PER_HOUR = 60.0
# Roads are longer than the line as the crow flies.
_DETOUR = 1.3


@dataclass(frozen=True, slots=True)
class SiteStock:
    """What the pool last heard of one item at one site, in thousandths of the base unit."""

    site_id: str
    free_milli: int  # on hand and not reserved
    position_milli: int
    reorder_point_milli: int
    latitude: float | None
    longitude: float | None
    partition: int
    offset: int

    @property
    def surplus_milli(self) -> int:
        """What it can give away without falling below its own reorder point."""
        return max(min(self.free_milli, self.position_milli - self.reorder_point_milli), 0)


@dataclass(frozen=True, slots=True)
class Promise:
    """Stock of a site that an open alert already counts on."""

    from_site: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class ItemPool:
    """One item across one pool; `promises` by alert_id."""

    stocks: Mapping[str, SiteStock] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)

    def knows(self, stock: SiteStock) -> bool:
        """Return whether a site's stock has been heard of as it was then, or later."""
        held = self.stocks.get(stock.site_id)
        return held is not None and held.offset >= stock.offset

    def heard(self, stock: SiteStock) -> ItemPool:
        """Return the pool with a site's stock as it is now; older news is ignored."""
        if self.knows(stock):
            return self
        return replace(self, stocks={**self.stocks, stock.site_id: stock})

    def promised(self, alert_id: str, promise: Promise) -> ItemPool:
        """Return the pool with stock set aside for an alert."""
        return replace(self, promises={**self.promises, alert_id: promise})

    def released(self, alert_id: str) -> ItemPool:
        """Return the pool without what was set aside for an alert."""
        kept = {other: each for other, each in self.promises.items() if other != alert_id}
        return replace(self, promises=kept)

    def available_milli(self, site_id: str) -> int:
        """Return a site's surplus that is not promised yet."""
        spoken_for = sum(
            promise.quantity_milli
            for promise in self.promises.values()
            if promise.from_site == site_id
        )
        return max(self.stocks[site_id].surplus_milli - spoken_for, 0)


@dataclass(frozen=True, slots=True)
class Shortage:
    """One key that fell below its reorder point."""

    site_id: str
    needed_milli: int  # to be back at the reorder point
    wanted_milli: int  # to be back at order-up-to
    buy_milli: int
    buy_by: int | None
    response_hours: float
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a shortage, and what that was judged by."""

    action: str  # buy, transfer or substitute
    quantity_milli: int
    by: int | None = None
    from_site: str | None = None
    substitute_item: str | None = None
    hours: float | None = None
    seen: tuple[SiteStock, ...] = ()

    def promise(self) -> Promise | None:
        """Return the stock that following this takes, None where it takes none."""
        match self.action, self.seen:
            case "transfer" | "substitute", (stock,):
                return Promise(stock.site_id, self.quantity_milli)
            case _:
                return None


def recommend(
    shortage: Shortage, own: ItemPool, substitutes: Mapping[str, ItemPool]
) -> Recommendation:
    """Return the fastest way out: a transfer in time, a substitute on the spot, or an order."""
    return (
        _transfer(shortage, own)
        or _substitute(shortage, substitutes)
        or Recommendation("buy", shortage.buy_milli, by=shortage.buy_by)
    )


def hours_by_road(from_: SiteStock, shortage: Shortage) -> float | None:
    """Return an estimate of the drive, None where a place is not known.

    Great-circle distance (haversine) times a detour factor, at a van's average speed.
    """
    if from_.latitude is None or from_.longitude is None:
        return None
    if shortage.latitude is None or shortage.longitude is None:
        return None
    lat1, lat2 = math.radians(from_.latitude), math.radians(shortage.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(shortage.longitude - from_.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    distance = 2 * _EARTH_RADIUS_KM * math.asin(min(math.sqrt(chord), 1.0))
    return distance * _DETOUR / _ROAD_KM_PER_HOUR


def _transfer(shortage: Shortage, own: ItemPool) -> Recommendation | None:
    reachable: list[tuple[float, str]] = []
    for site_id, stock in own.stocks.items():
        if site_id == shortage.site_id or own.available_milli(site_id) < shortage.needed_milli:
            continue
        hours = hours_by_road(stock, shortage)
        if hours is not None and hours <= shortage.response_hours:
            reachable.append((hours, site_id))
    if not reachable:
        return None
    hours, site_id = min(reachable)
    return Recommendation(
        "transfer",
        min(own.available_milli(site_id), max(shortage.wanted_milli, shortage.needed_milli)),
        from_site=site_id,
        hours=hours,
        seen=(own.stocks[site_id],),
    )


def _substitute(shortage: Shortage, substitutes: Mapping[str, ItemPool]) -> Recommendation | None:
    for item_id, pool in substitutes.items():
        stock = pool.stocks.get(shortage.site_id)
        if stock is None:
            continue
        available = pool.available_milli(shortage.site_id)
        if available >= shortage.needed_milli:
            return Recommendation(
                "substitute", shortage.needed_milli, substitute_item=item_id, seen=(stock,)
            )
    return None
