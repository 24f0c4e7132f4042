"""Shelves in, the counts of a Friday evening out: every key again and again, in turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random

from domain.instants import end_of_day
from domain.quantities import MILLI
from producers.simulated_warehouse.records import Count
from producers.simulated_warehouse.shelves import Shelf
from producers.simulated_warehouse.stock_key import StockKey
from producers.timeline import TimedEvent

# Weeks between two counts, by criticality: what a tower stands still without is seen oftener.
_WEEKS_BETWEEN = {"A": 7, "B": 8, "C": 13}
_DISCREPANCY_SHARE = 0.04
_UNFIT_SHARE = 0.003
_MONDAY_ONE = 1  # ordinal of a Monday: weeks are counted from there


class Counting:
    """Whose turn it is, and what is found."""

    def __init__(self, shelves: Mapping[StockKey, Shelf], random: Random) -> None:
        self._random = random
        self._turn = [(shelf, random.randrange(_weeks(shelf))) for shelf in shelves.values()]

    def due(self, day: date) -> Iterator[Shelf]:
        """Yield the shelves whose turn is in this day's week."""
        week = (day.toordinal() - _MONDAY_ONE) // 7
        return (shelf for shelf, turn in self._turn if week % _weeks(shelf) == turn)

    def count(self, shelf: Shelf, day: date, document: str) -> tuple[TimedEvent, bool]:
        """Count a shelf, which may hold other than the books say; return whether a part is unfit.

        What the count finds is the truth from then on.
        """
        if self._random.random() < _DISCREPANCY_SHARE:
            most = max(shelf.on_hand // MILLI // 10, 1)
            found = self._random.choice((-1, -1, 1)) * self._random.randint(1, most) * MILLI
            shelf.on_hand = max(shelf.on_hand + found, 0)
        return as_it_is(shelf, day, document), self._random.random() < _UNFIT_SHARE


def as_it_is(shelf: Shelf, day: date, document: str) -> TimedEvent:
    """Return the count at the end of a day that finds what the books say."""
    return Count(
        key=shelf.key,
        document=document,
        quantity_milli=shelf.on_hand,
        at=end_of_day(day),
    ).event()


def _weeks(shelf: Shelf) -> int:
    return _WEEKS_BETWEEN[shelf.item.criticality]
