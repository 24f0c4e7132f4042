"""Needs in, what a warehouse does about them day by day out.

Stock is never taken that is not there. What the events say of a shelf is at every instant
what is on it, but for a discrepancy, which a count finds and puts right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import assert_never

from domain.instants import HOUR, SECOND, end_of_day, start_of_day
from domain.quantities import MILLI
from producers.simulated_warehouse.agenda import (
    Agenda,
    Ask,
    Deliver,
    GiveBack,
    Order,
    Reschedule,
    Scrap,
    Unload,
)
from producers.simulated_warehouse.counting import Counting
from producers.simulated_warehouse.masters import SiteMaster
from producers.simulated_warehouse.records import Movement, OrderStatus
from producers.simulated_warehouse.shelves import Shelf, Waiting
from producers.simulated_warehouse.stock_key import StockKey
from producers.timeline import TimedEvent

_OPENS_AT = 8 * HOUR
_MONDAY, _FRIDAY = 0, 4
_FORGOTTEN_SHARE = 0.3  # of orders that are due, at each week's review
_TRANSFER_SHARE = 0.35  # of shortages that another site of the pool could end
_LATE_NOTICE_SHARE = 0.6  # of late deliveries that the supplier announces
_SPLIT_SHARE = 0.12
_RETURN_SHARE = 0.01


class Warehouse:
    """All shelves of all sites. One instance lives one simulation, a day after the other."""

    def __init__(
        self,
        shelves: Mapping[StockKey, Shelf],
        sites: Mapping[str, SiteMaster],
        random: Random,
        emit: Callable[[TimedEvent], None],
    ) -> None:
        self.agenda = Agenda()
        self._shelves = shelves
        self._sites = sites
        self._random = random
        self._emit = emit
        self._counting = Counting(shelves, random)
        self._holders: dict[str, list[Shelf]] = defaultdict(list)
        for shelf in shelves.values():
            self._holders[shelf.item.item_id].append(shelf)
        self._to_review: set[StockKey] = set()
        self._today = date.min
        self._now = 0
        self._orders = self._transfers = 0

    def open_books(self, day: date) -> None:
        """Count every shelf at the end of a day, before anything moves."""
        for shelf in self._shelves.values():
            self._emit(self._counting.as_it_is(shelf, day))

    def live(self, day: date) -> None:
        """Do what a day brings; at its end, on Fridays, count."""
        self._today, self._now = day, start_of_day(day) + _OPENS_AT
        if day.weekday() == _MONDAY:
            self._review()
        for action in self.agenda.of(day):
            match action:
                case Ask(need):
                    shelf = self._shelves[need.key]
                    shelf.queue.append(Waiting(need, need.line.quantity_milli))
                    self._serve(shelf)
                    self._borrow(shelf)
                case Deliver(order, quantity):
                    self._receive(order, quantity)
                case Reschedule(order, due_on):
                    order.due_on = due_on
                    self._tell(order, "rescheduled")
                case Unload():
                    self._unload(action)
                case GiveBack():
                    self._take_back(action)
                case Scrap(shelf):
                    self._scrap(shelf)
                case _:
                    assert_never(action)
        if day.weekday() == _FRIDAY:
            self._count()

    def _serve(self, shelf: Shelf) -> None:
        """Issue what waits, the oldest first, as far as the shelf reaches."""
        while shelf.queue and shelf.on_hand > 0:
            waiting = shelf.queue[0]
            quantity = min(waiting.missing_milli, shelf.on_hand)
            waiting.missing_milli -= quantity
            waiting.parts += 1
            line = f"{waiting.need.line_id[:12]}-{waiting.parts}"
            self._move(shelf, "issued", quantity, waiting.need.document, line)
            if quantity >= MILLI and self._random.random() < _RETURN_SHARE:
                back = GiveBack(shelf, waiting.need.document, f"{line}-back", MILLI)
                self.agenda.plan(self._in(1, 6), back)
            if waiting.missing_milli == 0:
                shelf.queue.popleft()
        self._to_review.add(shelf.key)

    def _borrow(self, shelf: Shelf) -> None:
        """Ask the pool for what is missing, now and then."""
        missing = shelf.owed - shelf.coming
        if missing <= 0 or self._random.random() >= _TRANSFER_SHARE:
            return
        pool = self._sites[shelf.key.site_id].pool_id
        for donor in self._holders[shelf.item.item_id]:
            near = self._sites[donor.key.site_id].pool_id == pool
            if donor is not shelf and near and donor.to_spare >= missing:
                self._send(donor, shelf, missing)
                return

    def _send(self, donor: Shelf, shelf: Shelf, quantity: int) -> None:
        self._transfers += 1
        transfer = Unload(f"TR-{self._transfers:05d}", donor.key.site_id, shelf, quantity)
        self._transfer_leg(donor, "transferred_out", transfer, shelf.key.site_id)
        shelf.coming += quantity
        self._to_review.add(donor.key)
        self.agenda.plan(self._in(1, 3), transfer)

    def _unload(self, transfer: Unload) -> None:
        transfer.shelf.coming -= transfer.quantity_milli
        self._transfer_leg(
            transfer.shelf, "transferred_in", transfer, transfer.origin_site_id
        )
        self._serve(transfer.shelf)

    def _review(self) -> None:
        """Order what has fallen below its minimum; what is overlooked is seen a week later."""
        for key in sorted(self._to_review):
            shelf = self._shelves[key]
            if shelf.to_order == 0:
                self._to_review.discard(key)
            elif self._random.random() >= _FORGOTTEN_SHARE:
                self._place(shelf)
                self._to_review.discard(key)

    def _place(self, shelf: Shelf) -> None:
        self._orders += 1
        item, quantity = shelf.item, shelf.to_order
        due_on = self._today + timedelta(round(item.lead_time_days))
        order = Order(f"PC-{self._orders:05d}", shelf, due_on, quantity)
        shelf.coming += quantity
        self._tell(order, "placed")
        took = self._random.gauss(item.lead_time_days, item.lead_time_spread_days)
        arrives_on = self._today + timedelta(max(round(took), 1))
        if arrives_on > due_on and self._random.random() < _LATE_NOTICE_SHARE:
            self.agenda.plan(due_on, Reschedule(order, arrives_on))
        first = quantity
        if quantity >= 2 * MILLI and self._random.random() < _SPLIT_SHARE:
            first = quantity // 2 // MILLI * MILLI
            rest_on = arrives_on + timedelta(self._random.randint(3, 10))
            self.agenda.plan(rest_on, Deliver(order, quantity - first))
        self.agenda.plan(arrives_on, Deliver(order, first))

    def _receive(self, order: Order, quantity: int) -> None:
        """Book a delivery: its movement, and the order's new status.

        A full receipt's status comes first: the position holds such an order until its
        movement is known, so at no moment it seems to have vanished or to have come twice.
        """
        shelf = order.shelf
        order.outstanding_milli -= quantity
        order.deliveries += 1
        shelf.coming -= quantity
        document = f"NF-{order.order_id}-{order.deliveries}"
        if order.outstanding_milli == 0:
            self._tell(order, "received")
            self._move(shelf, "received", quantity, document, "1", order_id=order.order_id)
        else:
            self._move(shelf, "received", quantity, document, "1", order_id=order.order_id)
            order.due_on = max(order.due_on, self._today) + timedelta(7)
            self._tell(order, "partially_received")
        self._serve(shelf)

    def _take_back(self, part: GiveBack) -> None:
        self._move(part.shelf, "returned", part.quantity_milli, part.document, part.line)
        self._serve(part.shelf)

    def _scrap(self, shelf: Shelf) -> None:
        if shelf.on_hand >= MILLI:
            document = f"SUC-{self._today:%Y%m%d}"
            self._move(shelf, "scrapped", MILLI, document, str(shelf.key))
            self._to_review.add(shelf.key)

    def _count(self) -> None:
        for shelf in self._counting.due(self._today):
            event, unfit = self._counting.count(shelf, self._today)
            self._emit(event)
            self._to_review.add(shelf.key)
            if unfit:
                self.agenda.plan(self._today + timedelta(3), Scrap(shelf))

    def _transfer_leg(
        self, shelf: Shelf, movement_type: str, transfer: Unload, counterpart: str
    ) -> None:
        self._move(
            shelf,
            movement_type,
            transfer.quantity_milli,
            transfer.transfer_id,
            movement_type.removeprefix("transferred_"),
            transfer_id=transfer.transfer_id,
            counterpart_site_id=counterpart,
        )
