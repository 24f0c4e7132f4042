"""The facts of one key in, the stock of then out: as it was, and as it was known to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.stock.corrections import live_entries
from domain.stock.ledger import Balance, Entry, balance
from domain.stock.orders import on_order
from domain.stock.policy import Policy


@dataclass(frozen=True, slots=True)
class Then:
    """Stock at an instant of the past; `facts` is how many it rests on, the corrected included."""

    balance: Balance
    on_order_milli: int
    facts: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What is asked about, in microseconds.

    Attributes:
        as_of: only what had happened by then; None: everything.
        known_at: only what had been recorded by then; None: everything.
        now: data time; what is due on order goes by the earlier of it and `as_of`.
    """

    now: int
    as_of: int | None = None
    known_at: int | None = None


def known_by(entries: Sequence[Entry], known_at: int | None) -> list[Entry]:
    """Return the facts that had been recorded by an instant."""
    return [each for each in entries if known_at is None or each.recorded_at <= known_at]


def stock_then(
    entries: Sequence[Entry], moment: Moment, *, lead_time_days: float, policy: Policy
) -> Then:
    """Return the stock that held at an instant, by what was known at another.

    What was known comes first: a correction counts from when it was recorded, whenever what it
    says was true.
    """
    known = known_by(entries, moment.known_at)
    live, now = live_entries(known), moment.now
    if moment.as_of is not None:
        now = min(now, moment.as_of)
        live = [each for each in live if each.occurred_at <= moment.as_of]
    expected = on_order(
        live,
        now=now,
        protection_days=lead_time_days + policy.review_days,
        grace_days=policy.grace_days,
    )
    happened = [each for each in known if moment.as_of is None or each.occurred_at <= moment.as_of]
    return Then(balance(live), expected.due_milli, len(happened))
