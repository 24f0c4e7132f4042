"""Demand is what was asked for: requests, and issues that no request explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.facts import FactKind
from domain.instants import DAY, WEEK
from domain.ports import WeeklyDemand
from domain.stock.ledger import Entry, tells_on_hand
from domain.stock.masters import Prior


def exposed_demand(
    live: Sequence[Entry], *, now: int, horizon_days: float
) -> tuple[list[Entry], int]:
    """Return the demands that a rate may rest on, and since when demand would have been seen.

    That is since the oldest demand, count or movement, but never from before the horizon. A
    request or an issue from before the horizon or after tomorrow is a date mistyped: it is no
    demand, and explains none. `live` is in canonical order.
    """
    horizon = now - int(horizon_days * DAY)
    known = [entry for entry in live if entry.occurred_at <= now + DAY]
    demands = demand_entries([entry for entry in known if entry.occurred_at > horizon])
    # In the order of time, the first fact that tells of the shelf is the oldest.
    told = next((entry.occurred_at for entry in known if tells_on_hand(entry)), now)
    since = min((entry.occurred_at for entry in demands), default=told)
    return demands, max(min(since, told), horizon)


def demand_entries(live: Sequence[Entry]) -> list[Entry]:
    """Return one entry per demand.

    A requisition line counts once, in its latest version. An issue that fulfils a requisition
    (same document) is not demand a second time.
    """
    versions: dict[str, Entry] = {}
    for entry in live:
        if entry.kind is FactKind.REQUESTED:
            line = entry.reference or entry.event_id
            held = versions.get(line)
            if held is None or _version(entry) > _version(held):
                versions[line] = entry
    requested = {entry.document for entry in versions.values() if entry.document}
    unasked = [e for e in live if e.kind is FactKind.ISSUED and e.document not in requested]
    # A fact corrected to 0 was cancelled: it asks for nothing.
    return [entry for entry in (*versions.values(), *unasked) if entry.quantity_milli]


def weekly_demand_milli(
    demands: Sequence[Entry], *, since: int, now: int, least_weeks: int
) -> list[int]:
    """Return demand in the weeks up to `now`, oldest first, weeks without any included.

    The weeks end at `now`, reach back to `since`, and are at least `least_weeks`: a key seen
    for three days with one request is no key with 120 requests a year.

    >>> weekly_demand_milli([], since=0, now=2 * WEEK, least_weeks=1)
    [0, 0]
    """
    weeks = max(-((since - now) // WEEK), least_weeks)
    buckets = [0] * weeks
    for entry in demands:
        # A week holds its first instant, so the fact that `since` is made from is in a week.
        age = max(-((entry.occurred_at - now) // WEEK) - 1, 0)
        if age < weeks:
            buckets[weeks - 1 - age] += entry.quantity_milli
    return buckets


def with_prior(own: WeeklyDemand, prior: Prior | None) -> WeeklyDemand:
    """Return what a key's own weeks and a prior for its item say together.

    The prior counts like so many more weeks of exposure (Bühlmann's credibility): with a share
    a = prior weeks / (prior weeks + own weeks), the mean is a·m₀ + (1−a)·m₁ and, by the law of
    total variance, the variance is a·v₀ + (1−a)·v₁ + a·(1−a)·(m₀−m₁)².
    """
    if prior is None or prior.weeks <= 0.0:
        return own
    share = prior.weeks / (prior.weeks + own.weeks)
    apart = prior.mean_milli - own.mean_milli
    variance = share * prior.variance_milli2 + (1.0 - share) * own.variance_milli2
    return replace(
        own,
        mean_milli=own.mean_milli + share * apart,
        variance_milli2=variance + share * (1.0 - share) * apart * apart,
        prior_weeks=prior.weeks,
    )


def _version(entry: Entry) -> tuple[int, str]:
    return entry.recorded_at, entry.event_id
