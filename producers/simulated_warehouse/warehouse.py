"""Needs in, what a warehouse does about them day by day out.

Stock is never taken that is not there. What the events say of a shelf is at every instant
what is on it, but for a discrepancy, which a count finds and puts right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import assert_never

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
from producers.simulated_warehouse.books import Books
from producers.simulated_warehouse.counting import Counting, as_it_is
from producers.simulated_warehouse.masters import SiteMaster
from producers.simulated_warehouse.records import Paper
from producers.simulated_warehouse.shelves import Shelf, Waiting
from producers.simulated_warehouse.stock_key import StockKey

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
        books: Books,
        random: Random,
    ) -> None:
        self.agenda = Agenda()
        self._shelves = shelves
        self._sites = sites
        self._books = books
        self._random = random
        self._counting = Counting(shelves, random)
        self._holders: dict[str, list[Shelf]] = defaultdict(list)
        for shelf in shelves.values():
            self._holders[shelf.item.item_id].append(shelf)
        self._to_review: set[StockKey] = set()
        self._today = date.min
        self._orders = self._transfers = 0

    def take_over(self, day: date) -> None:
        """Count every shelf at the end of a day, before anything moves."""
        document = self._of_day("INV", day)
        for shelf in self._shelves.values():
            self._books.emit(as_it_is(shelf, day, document))

    def live(self, day: date) -> None:
        """Do what a day brings; on Mondays order, at the end of Fridays count."""
        self._today = day
        self._books.open(day)
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
                    self._books.tell(order, "rescheduled")
                case Unload():
                    self._unload(action)
                case GiveBack(shelf, paper, quantity):
                    self._books.move(shelf, "returned", quantity, paper)
                    self._serve(shelf)
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
            line = f"{waiting.need.line_id[:16]}-{self._books.fingerprint}-{waiting.parts}"
            self._books.move(shelf, "issued", quantity, Paper(waiting.need.document, line))
            if quantity >= MILLI and self._random.random() < _RETURN_SHARE:
                paper = Paper(waiting.need.document, f"{line}-back")
                self.agenda.plan(self._within(1, 6), GiveBack(shelf, paper, MILLI))
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
        transfer_id = self._books.numbered("TR", f"{self._transfers:05d}")
        transfer = Unload(transfer_id, donor.key.site_id, shelf, quantity)
        paper = _transfer_paper(transfer, "out", shelf.key.site_id)
        self._books.move(donor, "transferred_out", quantity, paper)
        shelf.coming += quantity
        self._to_review.add(donor.key)
        self.agenda.plan(self._within(1, 3), transfer)

    def _unload(self, transfer: Unload) -> None:
        shelf, quantity = transfer.shelf, transfer.quantity_milli
        shelf.coming -= quantity
        paper = _transfer_paper(transfer, "in", transfer.origin_site_id)
        self._books.move(shelf, "transferred_in", quantity, paper)
        self._serve(shelf)

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
        order_id = self._books.numbered("PC", f"{self._orders:05d}")
        order = Order(order_id, shelf, due_on, quantity)
        shelf.coming += quantity
        self._books.tell(order, "placed")
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

        Of a full receipt the status comes first, of a partial one the movement: the position
        then never seems to lose, for a moment, what has just arrived.
        """
        shelf = order.shelf
        order.outstanding_milli -= quantity
        order.deliveries += 1
        shelf.coming -= quantity
        document = f"NF-{order.order_id}-{order.deliveries}"
        paper = Paper(document, "1", order_id=order.order_id)
        if order.outstanding_milli == 0:
            self._books.tell(order, "received")
            self._books.move(shelf, "received", quantity, paper)
        else:
            self._books.move(shelf, "received", quantity, paper)
            order.due_on = max(order.due_on, self._today + timedelta(7))
            self._books.tell(order, "partially_received")
        self._serve(shelf)

    def _scrap(self, shelf: Shelf) -> None:
        if shelf.on_hand >= MILLI:
            paper = Paper(self._of_day("SUC", self._today), str(shelf.key))
            self._books.move(shelf, "scrapped", MILLI, paper)
            self._to_review.add(shelf.key)

    def _count(self) -> None:
        document = self._of_day("INV", self._today)
        for shelf in self._counting.due(self._today):
            event, unfit = self._counting.count(shelf, self._today, document)
            self._books.emit(event)
            self._to_review.add(shelf.key)
            if unfit:
                self.agenda.plan(self._within(3, 3), Scrap(shelf))

    def _of_day(self, kind: str, day: date) -> str:
        return self._books.numbered(kind, f"{day:%Y%m%d}")

    def _within(self, least: int, most: int) -> date:
        return self._today + timedelta(self._random.randint(least, most))


def _transfer_paper(transfer: Unload, leg: str, counterpart: str) -> Paper:
    return Paper(
        transfer.transfer_id,
        leg,
        transfer_id=transfer.transfer_id,
        counterpart_site_id=counterpart,
    )
