"""What the oracle says of orders in time: unit by unit, where the domain works line by line."""

from __future__ import annotations

from domain.instants import day_of, end_of_day
from tests.unit.domain.oracle import Fact, age, standing


def due_on_order(log: list[Fact], *, now: int, protection: int, grace: int) -> int:
    """Return what all order lines are to bring within the protection interval.

    Unit by unit: every unit of an order line is under way until a receipt of its order, or a
    count after the line was called received, is seen to have taken it in.
    """
    facts = standing(log)
    statuses = [f for f in facts if f["kind"].startswith("order_")]
    receipts = [f for f in facts if f["kind"] == "received"]
    counts = [f["occurred_at"] for f in facts if f["kind"] == "counted" and not f["cancelled"]]
    due = 0
    for order_id in {f["order_id"] for f in statuses}:
        pile = sum(f["quantity_milli"] for f in receipts if f["order_id"] == order_id)
        for line in sorted({f["line"] for f in statuses if f["order_id"] == order_id}):
            told = [f for f in statuses if (f["order_id"], f["line"]) == (order_id, line)]
            told.sort(key=lambda f: str(f["event_id"]), reverse=True)
            told.sort(key=age)
            latest = told[-1]
            comes = latest["occurred_at"]
            if latest["kind"] == "order_received":
                units = sum(received_by(told, step) for step in range(len(told)))
                taken = min(units, pile)
                pile -= taken
                units = 0 if any(at >= latest["occurred_at"] for at in counts) else units - taken
            else:
                units = stated(latest)
                comes = end_of_day(day_of(latest["due_on"]))
            if comes - protection <= now <= comes + grace:
                due += units
    return due


def received_by(told: list[Fact], step: int) -> int:
    """Return how much a status calls received that the one before it called outstanding."""
    if step == 0 or told[step]["kind"] not in ("order_partially_received", "order_received"):
        return 0
    return max(stated(told[step - 1]) - stated(told[step]), 0)


def stated(f: Fact) -> int:
    """Return what a status leaves outstanding."""
    done = f["kind"] in ("order_received", "order_cancelled")
    return 0 if done else int(f["quantity_milli"])
