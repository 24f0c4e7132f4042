"""What one site holds of one item, and the rule by which its keeper orders more."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median

from domain.quantities import MILLI
from producers.simulated_warehouse.masters import ItemMaster
from producers.simulated_warehouse.needs import Need
from producers.simulated_warehouse.stock_key import StockKey

# How many keepers start the year badly: without them nothing would ever run low.
_BADLY_STOCKED_SHARE = 0.12


@dataclass(slots=True)
class Waiting:
    """A need that has not been served in full."""

    need: Need
    missing_milli: int
    parts: int = 0


@dataclass(slots=True)
class Shelf:
    """Stock of one key as it truly is, in thousandths of the unit.

    Attributes:
        low: an order is due when the position falls below it.
        high: what an order fills it up to.
        coming: on order or on the way.
    """

    key: StockKey
    item: ItemMaster
    low: int
    high: int
    on_hand: int
    coming: int = 0
    queue: deque[Waiting] = field(default_factory=deque)

    @property
    def owed(self) -> int:
        """What waits to be served."""
        return sum(waiting.missing_milli for waiting in self.queue)

    @property
    def to_order(self) -> int:
        """What an order placed now would be for, 0 while none is due."""
        position = self.on_hand + self.coming - self.owed
        if position >= self.low:
            return 0
        package = self.item.min_order_quantity_milli
        return -(-(self.high - position) // package) * package

    @property
    def to_spare(self) -> int:
        """What another site may have without this one falling below its own minimum."""
        return max(self.on_hand - self.owed - self.low, 0)


def stocked(
    key: StockKey, item: ItemMaster, needs: Sequence[Need], days: int, random: Random
) -> Shelf:
    """Return the shelf of a key on the first day.

    Args:
        needs: all that will be asked of it; its keeper knows roughly how much that is.
        days: over how many days.
        random: the simulation's.
    """
    usual = median(need.line.quantity_milli for need in needs)
    a_day = sum(need.line.quantity_milli for need in needs) / days
    low = _whole(a_day * item.lead_time_days * 1.5 + usual * random.uniform(0.5, 1.5))
    high = low + _whole(usual * random.uniform(1.0, 3.0) + a_day * 30)
    if random.random() < _BADLY_STOCKED_SHARE:
        opening = _whole(low * random.uniform(0.0, 0.5)) - MILLI
    else:
        opening = _whole(random.uniform(low, high))
    return Shelf(key, item, low, high, max(opening, 0))


def _whole(milli: float) -> int:
    """Return a quantity in whole units, at least one."""
    return max(round(milli / MILLI), 1) * MILLI
