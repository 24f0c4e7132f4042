"""What is on order and may be relied on. Time matters here; the only clock is the tick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.facts import FactKind
from domain.instants import DAY, day_of, end_of_day
from domain.stock.ledger import Entry, latest_order_states


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


def on_order(
    live: Sequence[Entry], *, now: int, protection_days: float, grace_days: float
) -> OnOrder:
    """Return what is on order at `now`.

    An overdue order counts until its grace ends. One that its status calls received, but
    whose receipt is not known yet, is held that long too: dropping it would page falsely.
    """
    due_milli, overdue, changes = 0, False, list[int]()
    for state, quantity in _outstanding(live):
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


def _outstanding(live: Sequence[Entry]) -> list[tuple[Entry, int]]:
    """Return each order line's latest status, and what the line leaves outstanding.

    A receipt names its order but no line of it: it fills the received lines one by one.
    """
    arrived = Counter[str | None]()
    for entry in live:
        if entry.kind is FactKind.RECEIVED:
            arrived[entry.reference] += entry.quantity_milli
    outstanding: list[tuple[Entry, int]] = []
    for state, most_milli in sorted(latest_order_states(live), key=_line):
        match state.kind:
            case FactKind.ORDER_CANCELLED:
                left = 0
            case FactKind.ORDER_RECEIVED:
                filled = min(arrived[state.reference], most_milli)
                arrived[state.reference] -= filled
                left = most_milli - filled
            case _:
                left = state.quantity_milli
        outstanding.append((state, left))
    return outstanding


def _line(found: tuple[Entry, int]) -> str:
    return found[0].line


def _due_at(state: Entry) -> int:
    # What is received has come, however far off its date was.
    if state.due_on is None or state.kind is FactKind.ORDER_RECEIVED:
        return state.occurred_at
    return end_of_day(day_of(state.due_on))
