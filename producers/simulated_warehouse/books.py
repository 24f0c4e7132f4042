"""What is done to shelves in, stock as it then is and the events that say so out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.instants import HOUR, SECOND, start_of_day
from producers.simulated_warehouse.agenda import Order
from producers.simulated_warehouse.records import Movement, OrderStatus, Paper
from producers.simulated_warehouse.shelves import Shelf
from producers.timeline import TimedEvent

_OPENS_AT = 8 * HOUR
# Half a million entries fit between opening and midnight, each at an instant of its own.
_BETWEEN_ENTRIES = SECOND // 10
_EFFECT = {
    "issued": -1,
    "scrapped": -1,
    "transferred_out": -1,
    "received": 1,
    "returned": 1,
    "transferred_in": 1,
}


class Books:
    """Writes entries one after the other through a day."""

    def __init__(self, emit: Callable[[TimedEvent], None], *, fingerprint: str) -> None:
        self.emit = emit
        self.fingerprint = fingerprint
        self._now = 0

    def numbered(self, kind: str, number: str) -> str:
        """Return the number of a document, which no other simulation's document has."""
        return f"{kind}-{self.fingerprint}-{number}"

    def open(self, day: date) -> None:
        """Begin a day."""
        self._now = start_of_day(day) + _OPENS_AT

    def move(self, shelf: Shelf, movement_type: str, quantity: int, paper: Paper) -> None:
        """Change what is on a shelf, and say so."""
        shelf.on_hand += _EFFECT[movement_type] * quantity
        movement = Movement(
            key=shelf.key,
            movement_type=movement_type,
            quantity_milli=quantity,
            paper=paper,
            at=self._next(),
        )
        self.emit(movement.event())

    def tell(self, order: Order, status: str) -> None:
        """Say what an order's status is now."""
        changed = OrderStatus(
            key=order.shelf.key,
            order_id=order.order_id,
            status=status,
            quantity_milli=order.outstanding_milli,
            due_on=order.due_on,
            at=self._next(),
        )
        self.emit(changed.event())

    def _next(self) -> int:
        self._now += _BETWEEN_ENTRIES
        return self._now
