"""Histories of stock for the real workers: the same name and size give the same facts."""

from __future__ import annotations

import random

from domain.facts import FactKind, StockFact
from domain.instants import DAY

START = 20_000 * DAY


def fact(event_id: str, kind: FactKind, day: float, **fields: object) -> StockFact:
    at = START + int(day * DAY)
    return StockFact(
        event_id=event_id,
        kind=kind,
        occurred_at=at,
        recorded_at=at,
        source="simulated",
        **fields,  # type: ignore[arg-type]
    )


def a_history(name: str, *, keys: int, days: int) -> list[StockFact]:
    """Return masters, counts, requests, issues, receipts and ticks of some months."""
    chance = random.Random(5)
    history: list[StockFact] = []

    def add(kind: FactKind, day: float, **fields: object) -> None:
        history.append(fact(f"{name}-{len(history)}", kind, day, **fields))

    for item in range(4):
        add(
            FactKind.ITEM_CHANGED,
            -1,
            item_id=f"I{item}",
            name=f"Item {item}",
            unit="UN",
            lead_time_days=6.0,
            lead_time_spread_days=2.0,
            min_order_quantity_milli=1000,
            criticality="A",
            substitutes="I0" if item else "",
        )
    sites = [f"{name}{number}" for number in range(keys // 4)]
    for site in sites:
        add(
            FactKind.SITE_CHANGED,
            -1,
            site_id=site,
            pool_id="BA",
            contract_value_brl_month=1e5,
            fine_rate=0.04,
            response_hours=6.0,
            latitude=-12.9 + chance.random(),
            longitude=-38.5,
        )
    where = [{"item_id": f"I{item}", "site_id": site} for site in sites for item in range(4)]
    for key in where:
        add(FactKind.COUNTED, 0, quantity_milli=6000, document="C", line="1", **key)
    for day in range(1, days):
        add(FactKind.TICK, day)
        for hour in range(3):  # one key is so busy that its months are values of their own
            add(FactKind.ISSUED, day + hour / 24, quantity_milli=100, **where[0])
        for key in chance.sample(where, 6):
            document = f"{name}-D{len(history)}"
            add(FactKind.REQUESTED, day, quantity_milli=2000, document=document, **key)
            add(FactKind.ISSUED, day + 0.2, quantity_milli=2000, document=document, **key)
        for key in chance.sample(where, 2):
            order = f"{name}-P{len(history)}"
            add(
                FactKind.ORDER_PLACED,
                day,
                order_id=order,
                line="1",
                quantity_milli=8000,
                due_on=20_000 + day + 6,
                **key,
            )
            add(FactKind.RECEIVED, day + 4, order_id=order, quantity_milli=8000, **key)
            add(FactKind.ORDER_RECEIVED, day + 4, order_id=order, line="1", quantity_milli=0, **key)
    return history
