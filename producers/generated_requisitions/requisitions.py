"""A catalogue and places in, clean requisition lines out; the dirt comes after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from producers.generated_requisitions import calibration as real
from producers.generated_requisitions.catalogue import CatalogueItem
from producers.generated_requisitions.draws import (
    covering,
    lag_days,
    quantity,
    sizes,
    some,
    working_day,
)
from producers.generated_requisitions.rows import Row

_FIRST_NUMBER = 70_001
_OF_ONE_FAMILY = 0.75
_AT_ONE_DEPOT = 0.85


@dataclass(frozen=True, slots=True)
class Market:
    """Where goods go and where they come from, with weights."""

    depots: dict[str, float]
    suppliers: dict[str, float]


@dataclass(frozen=True, slots=True)
class Requisition:
    """What one requisition's lines have in common."""

    asked_on: date
    requested_on: date | None
    bought_on: date
    depot: str
    supplier: str
    size: int


def requisitions(lines: int, first: date, market: Market, random: Random) -> list[Requisition]:
    """Return requisitions, in the order of their dates, that have so many lines together."""
    of_size = list(sizes(lines, random))
    depots = covering(market.depots, len(of_size), random)
    suppliers = covering(market.suppliers, len(of_size), random)
    early = some(of_size, real.share(real.BOUGHT_BEFORE_ASKED, lines), random)
    dated = some(of_size, round(real.WITH_REQUESTED_DATE * lines), random)
    of_early = [of_size[index] if index in early else lines + 1 for index in range(len(of_size))]
    latest = some(of_early, real.share(real.ASKED_AFTER_THE_LAST_PURCHASE, lines), random)
    last = first + timedelta(real.DAYS_OF_PURCHASES)
    found = []
    for index, size in enumerate(of_size):
        asked = working_day(first, real.DAYS_OF_PURCHASES, random)
        if index in latest:
            asked = last + timedelta(random.randint(3, real.DAYS_OF_LATE_REQUESTS))
        bought = asked + timedelta(lag_days(random))
        if bought > last:  # the export ends; what is bought later is not in it
            bought = max(last - timedelta(random.randint(0, 20)), min(asked, last))
        if index in early:
            lead = random.randint(1, real.LONGEST_LEAD_OF_PURCHASE_DAYS)
            bought = min(asked - timedelta(lead), last)
        requested = asked - timedelta(random.randint(0, 9)) if index in dated else None
        of = Requisition(asked, requested, bought, depots[index], suppliers[index], size)
        found.append(of)
    return sorted(found, key=lambda each: each.asked_on)


def rows(
    found: Sequence[Requisition],
    drawn: Sequence[CatalogueItem],
    market: Market,
    random: Random,
) -> Iterator[Row]:
    """Yield the lines of the requisitions, no two of them the same."""
    shelves = _Shelves(drawn, random)
    for number, each in enumerate(found, start=_FIRST_NUMBER):
        seen: set[tuple[str, str | None, float]] = set()
        for _ in range(each.size):
            row = _row(number, each, shelves.next(), market, random)
            while (row.item, row.depot, row.quantity) in seen:
                row = replace(row, quantity=row.quantity + 1)
            seen.add((row.item, row.depot, row.quantity))
            yield row


class _Shelves:
    """Hands out the drawn items; who asks for one of a family mostly asks for another of it."""

    def __init__(self, drawn: Sequence[CatalogueItem], random: Random) -> None:
        self._random = random
        self._of_family: dict[str, list[CatalogueItem]] = {}
        for item in drawn:
            self._of_family.setdefault(item.family.name, []).append(item)
        self._current = ""

    def next(self) -> CatalogueItem:
        if self._current not in self._of_family or self._random.random() >= _OF_ONE_FAMILY:
            left = {name: len(items) for name, items in self._of_family.items()}
            self._current = self._random.choices(list(left), list(left.values()))[0]
        items = self._of_family[self._current]
        item = items.pop()
        if not items:
            del self._of_family[self._current]
        return item


def _row(number: int, of: Requisition, item: CatalogueItem, market: Market, random: Random) -> Row:
    depot = of.depot
    if random.random() >= _AT_ONE_DEPOT:
        depot = random.choices(list(market.depots), list(market.depots.values()))[0]
    return Row(
        depot=depot,
        item=item.code,
        material=item.name,
        family=item.family.name,
        supplier=of.supplier,
        quantity=1 if item.family.is_service else quantity(item, random),
        unit=random.choice(item.spellings),
        requested_on=of.requested_on,
        requisition=number,
        requisitioned_on=of.asked_on,
        purchased_on=of.bought_on,
    )
