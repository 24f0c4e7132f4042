"""What is to happen on which day, in the order in which it was planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from producers.simulated_warehouse.needs import Need
from producers.simulated_warehouse.records import Paper
from producers.simulated_warehouse.shelves import Shelf


@dataclass(slots=True)
class Order:
    """A purchase order's one line while it is on its way."""

    order_id: str
    shelf: Shelf
    due_on: date
    outstanding_milli: int
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """A need reaches its shelf."""

    need: Need


@dataclass(frozen=True, slots=True)
class Deliver:
    """Goods of an order arrive."""

    order: Order
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Reschedule:
    """A supplier names another day."""

    order: Order
    due_on: date


@dataclass(frozen=True, slots=True)
class Unload:
    """A transfer arrives."""

    transfer_id: str
    origin_site_id: str
    shelf: Shelf
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A part that was issued comes back unused."""

    shelf: Shelf
    paper: Paper
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Scrap:
    """A part on the shelf is found unfit."""

    shelf: Shelf


Action = Ask | Deliver | Reschedule | Unload | GiveBack | Scrap


class Agenda:
    """Actions by day; what is planned for after the last day never happens."""

    def __init__(self) -> None:
        self._of_day: dict[date, list[Action]] = defaultdict(list)

    def plan(self, day: date, action: Action) -> None:
        """Add an action to a day."""
        self._of_day[day].append(action)

    def of(self, day: date) -> Iterator[Action]:
        """Yield a day's actions, those included that they cause on the same day."""
        yield from self._of_day[day]
        del self._of_day[day]


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from first to last, both included."""
    return (first + timedelta(n) for n in range((last - first).days + 1))
