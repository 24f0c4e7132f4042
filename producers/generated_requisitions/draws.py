"""Single draws: how many, when, how late, from whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import log
from random import Random

from producers.generated_requisitions import calibration as real
from producers.generated_requisitions.catalogue import CatalogueItem

_SATURDAY = 5
_SIZE_MU, _SIZE_SIGMA = 0.5, 1.05  # three lines a requisition, a few with dozens
_QUANTITY_SIGMA = 0.6
_SERVICE_LINES = 0.236  # of the lines beyond each item's first


def sizes(total: int, random: Random) -> Iterator[int]:
    """Yield how many lines each requisition has, so many together."""
    while total > 0:
        size = min(max(round(random.lognormvariate(_SIZE_MU, _SIZE_SIGMA)), 1), total)
        total -= size
        yield size


def covering(weights: Mapping[str, float], count: int, random: Random) -> list[str]:
    """Return so many names by their weights, each of them once if there is room."""
    names = list(weights)
    drawn = names[:count]
    drawn += random.choices(names, list(weights.values()), k=count - len(drawn))
    random.shuffle(drawn)
    return drawn


def some(lines: Sequence[int], wanted: int, random: Random) -> set[int]:
    """Return indices of requisitions that have so many lines together, as nearly as can be."""
    chosen: set[int] = set()
    for index in random.sample(range(len(lines)), len(lines)):
        if lines[index] <= wanted:
            chosen.add(index)
            wanted -= lines[index]
    return chosen


def working_day(first: date, days: int, random: Random) -> date:
    """Return a working day of the period; a year's business picks up after the first months."""
    while True:
        day = first + timedelta(int(days * random.betavariate(1.9, 1.2)))
        if day.weekday() < _SATURDAY:
            return day


def lag_days(random: Random) -> int:
    """Return days from request to purchase: half within a week, some after months."""
    drawn = random.lognormvariate(log(real.LAG_MEDIAN_DAYS), real.LAG_SIGMA)
    return min(round(drawn), real.LONGEST_LAG_DAYS)


def quantity(item: CatalogueItem, random: Random) -> int:
    """Return a whole quantity near what is usual for the item, at least one."""
    return max(round(item.usual_quantity * random.lognormvariate(0.0, _QUANTITY_SIGMA)), 1)


def popularity(items: Sequence[CatalogueItem], draws: int, random: Random) -> list[CatalogueItem]:
    """Return items as often as they are asked for: each once, the rest by Zipf's law."""
    left = max(draws - len(items), 0)
    of_services = round(left * _SERVICE_LINES)
    stock = [item for item in items if not item.family.is_service]
    work = [item for item in items if item.family.is_service]
    drawn = [
        *items,
        *_zipf(stock, left - of_services, (8.0, 1.15), random),
        *_zipf(work, of_services, (0.5, 1.2), random),
    ][:draws]
    random.shuffle(drawn)
    return drawn


def _zipf(
    items: Sequence[CatalogueItem], draws: int, shape: tuple[float, float], random: Random
) -> list[CatalogueItem]:
    offset, exponent = shape
    ranked = random.sample(items, len(items))
    weights = [(rank + offset) ** -exponent for rank in range(1, len(ranked) + 1)]
    return random.choices(ranked, weights, k=draws) if ranked else []
