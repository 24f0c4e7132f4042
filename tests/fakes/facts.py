"""Facts with only what a test is about spelt out; days count from one fixed day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.facts import FactKind, StockFact
from domain.instants import DAY
from domain.stock.ledger import Entry, Ledger, entry_of

FIRST_DAY = 20_000  # 2024-10-04
START = FIRST_DAY * DAY


def at(day: float) -> int:
    """Return the instant `day` days after the first."""
    return START + round(day * DAY)


def fact(
    event_id: str, kind: FactKind, day: float, milli: int | None = None, **fields: Any
) -> StockFact:
    """Return a fact about item I1 at site S1, recorded when it occurred."""
    given: dict[str, Any] = {
        "item_id": "I1",
        "site_id": "S1",
        "occurred_at": at(day),
        "recorded_at": at(day),
        "source": "test",
        "quantity_milli": milli,
    }
    return StockFact(event_id=event_id, kind=kind, **{**given, **fields})


def tick(day: float) -> StockFact:
    """Return a tick."""
    return fact(f"tick-{day:g}", FactKind.TICK, day, item_id=None, site_id=None)


def entries(*facts: StockFact) -> tuple[Entry, ...]:
    """Return what the ledger keeps of some facts, in its own order."""
    ledger = Ledger()
    for each in facts:
        ledger = ledger.apply(entry_of(each))
    return ledger.entries


@dataclass(frozen=True, slots=True)
class SteadyDemand:
    """An estimator that knows the answer."""

    mean_milli: float = 0.0
    variance_milli2: float = 0.0
    name: str = "steady"

    def estimate(self, weekly_milli: Sequence[int]) -> tuple[float, float]:
        return self.mean_milli, self.variance_milli2
