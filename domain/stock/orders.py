"""What is on order and may be relied on. Time matters here; the only clock is the tick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.facts import ORDER_RANK, FactKind
from domain.instants import DAY, day_of, end_of_day
from domain.stock.ledger import Entry


@dataclass(frozen=True, slots=True)
class OnOrder:
    """What the position may count on, in thousandths of the base unit.

    Attributes:
        due_milli: outstanding and due within the protection interval.
        overdue: some order is past its date and its grace, and was left out.
        changes_at: the next instant at which time alone changes this.
    """

    due_milli: int
    overdue: bool
    changes_at: int | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What the statuses of one order line say, in thousandths of the base unit.

    Attributes:
        latest: the status that holds.
        left_milli: what it leaves outstanding.
        brought_milli: what has come by all that they call received, in part or in whole.
    """

    latest: Entry
    left_milli: int
    brought_milli: int


def on_order(
    live: Sequence[Entry], *, now: int, protection_days: float, grace_days: float
) -> OnOrder:
    """Return what is on order at `now`.

    An overdue order counts until its grace ends. What its status calls received, but whose
    receipt is not known yet, is held that long too, for dropping it would page falsely; unless a
    count has found it, or not.
    """
    due_milli, overdue, changes = 0, False, list[int]()
    for state, quantity in _expected(live):
        if quantity <= 0:
            continue
        until = _due_at(state) + int(grace_days * DAY)
        counts_from = _due_at(state) - int(protection_days * DAY)
        if now > until:
            overdue = overdue or state.kind is not FactKind.ORDER_RECEIVED
        elif now >= counts_from:
            due_milli += quantity
            changes.append(until + 1)
        else:
            changes.append(counts_from)
    return OnOrder(due_milli, overdue, min(changes, default=None))


def order_lines(live: Iterable[Entry]) -> list[OrderLine]:
    """Return every order line.

    Its latest status is the last by (occurred_at, recorded_at, rank); of equals the one with the
    lowest event_id.
    """
    lines: dict[tuple[str | None, str], list[Entry]] = {}
    for entry in live:
        if entry.kind in ORDER_RANK:
            lines.setdefault((entry.reference, entry.line), []).append(entry)
    return [_order_line(statuses) for statuses in lines.values()]


def _order_line(statuses: list[Entry]) -> OrderLine:
    if len(statuses) > 1:
        statuses.sort(key=lambda e: e.event_id, reverse=True)
        statuses.sort(key=lambda e: (e.occurred_at, e.recorded_at, ORDER_RANK[e.kind]))
    left = brought = 0
    for status in statuses:
        before = left
        match status.kind:
            case FactKind.ORDER_CANCELLED:
                left = 0
            case FactKind.ORDER_RECEIVED:
                left = 0
                brought += before
            case FactKind.ORDER_PARTIALLY_RECEIVED:
                left = status.quantity_milli
                brought += max(before - left, 0)
            case _:
                left = status.quantity_milli
    return OrderLine(statuses[-1], left, brought)


def _expected(live: Sequence[Entry]) -> Iterator[tuple[Entry, int]]:
    """Yield each order line's latest status, and how much of the line is still to come.

    A receipt names its order but no line of it: it fills the received lines one by one. A count
    ends the waiting: what had come by then is on hand.
    """
    arrived = Counter[str | None]()
    counted_at = -1
    for entry in live:
        if entry.kind is FactKind.RECEIVED:
            if entry.reference is not None:
                arrived[entry.reference] += entry.quantity_milli
        elif entry.kind is FactKind.COUNTED and not entry.cancelled:
            counted_at = max(counted_at, entry.occurred_at)
    for line in sorted(order_lines(live), key=lambda line: line.latest.line):
        left = line.left_milli
        if line.latest.kind is FactKind.ORDER_RECEIVED:
            filled = min(arrived[line.latest.reference], line.brought_milli)
            arrived[line.latest.reference] -= filled
            left = 0 if counted_at >= line.latest.occurred_at else line.brought_milli - filled
        yield line.latest, left


def _due_at(state: Entry) -> int:
    # What is received has come, however far off its date was.
    if state.due_on is None or state.kind is FactKind.ORDER_RECEIVED:
        return state.occurred_at
    return end_of_day(day_of(state.due_on))
