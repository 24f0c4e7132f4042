"""What is on order and may be relied on. Time matters here; the only clock is the tick."""

from __future__ import annotations

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
    for state, most_milli in latest_order_states(live):
        quantity, until = _outstanding(state, most_milli, live, grace_days)
        if quantity <= 0:
            continue
        counts_from = _due_at(state) - int(protection_days * DAY)
        if now > until:
            overdue = overdue or state.kind is not FactKind.ORDER_RECEIVED
        elif now >= counts_from:
            due_milli += quantity
            changes.append(until + 1)
        else:
            changes.append(counts_from)
    return OnOrder(due_milli, overdue, min(changes, default=None))


def _outstanding(
    state: Entry, most_milli: int, live: Sequence[Entry], grace_days: float
) -> tuple[int, int]:
    """Return what one order line leaves outstanding, and the last instant it counts."""
    grace = int(grace_days * DAY)
    match state.kind:
        case FactKind.ORDER_CANCELLED:
            return 0, 0
        case FactKind.ORDER_RECEIVED:
            arrived = sum(
                entry.quantity_milli
                for entry in live
                if entry.kind is FactKind.RECEIVED and entry.reference == state.reference
            )
            return most_milli - arrived, state.occurred_at + grace
        case _:
            return state.quantity_milli, _due_at(state) + grace


def _due_at(state: Entry) -> int:
    # What is received has come, however far off its date was.
    if state.due_on is None or state.kind is FactKind.ORDER_RECEIVED:
        return state.occurred_at
    return end_of_day(day_of(state.due_on))
