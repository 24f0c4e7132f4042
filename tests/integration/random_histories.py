"""Random histories of stock, and the positions that the domain's fold makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from domain.facts import BROADCAST, ORDER_RANK, FactKind, StockFact
from domain.instants import DAY, day_number, to_datetime
from domain.stock.corrections import live_entries
from domain.stock.ledger import Ledger, balance, entry_of
from domain.stock.masters import World
from domain.stock.orders import on_order
from domain.stock.policy import Policy
from tests.integration.lake_on_disk import MOVEMENTS, Row, at, position

_KINDS = [
    *["issued"] * 4,
    *["requested", "counted"] * 2,
    *["received"] * 2,
    *["returned", "scrapped", "adjusted", "reserved", "released"],
    *["order_placed"] * 2,
    *["order_rescheduled", "order_partially_received", "order_received", "order_cancelled"],
]
_OF_ORDERS = {*map(str, ORDER_RANK), "received"}
_SPAN = 200 * DAY
_TICKS = 20


@dataclass(frozen=True, slots=True)
class History:
    """One partition's log, and the position after each of its facts."""

    facts: list[Row]
    positions: list[Row]


def random_history(partition: int, keys: int, seed: int) -> History:
    """Return shuffled facts with repetitions, corrections, cancellations and ticks."""
    random = Random(seed)
    facts = [
        each
        for key in range(keys)
        for each in _key_facts(random, item_id=f"{partition}-{key}", count=15)
    ]
    facts += random.sample(facts, keys)
    random.shuffle(facts)
    start = _micros(at(1))
    for number in range(_TICKS):
        now = start + number * _SPAN // _TICKS
        tick = {"event_id": f"tick-{number}", "kind": "tick", "occurred_at": now}
        facts.insert(number * len(facts) // _TICKS, tick | {"recorded_at": now})
    facts.insert(0, _master(start, f"{partition}-0", days=3.3))
    facts.insert(len(facts) // 2, _master(start + 1, f"{partition}-0", days=60.7))
    return History(
        [_row(each) for each in facts],
        [{**each, "log_partition": partition} for each in _folded(facts)],
    )


def _master(recorded_at: int, item_id: str, *, days: float) -> Row:
    """Return a version of an item, with its lead time."""
    return {
        "event_id": f"{item_id} takes {days}",
        "kind": "item_changed",
        "occurred_at": recorded_at,
        "recorded_at": recorded_at,
        "item_id": item_id,
        "lead_time_days": days,
    }


def _key_facts(random: Random, *, item_id: str, count: int) -> list[Row]:
    facts: list[Row] = []
    for number in range(count):
        fact = _original(random) | {"event_id": f"{item_id}/{number}", "item_id": item_id}
        if facts and random.random() < 0.2:
            fact = _correction(random, fact, random.choice(facts))
        facts.append(fact)
    return facts


def _original(random: Random) -> Row:
    kind = random.choice(_KINDS)
    occurred_at = _micros(at(1)) + random.randrange(_SPAN)
    if random.random() < 0.3:  # many things happen at one instant
        occurred_at -= occurred_at % DAY
    quantity = random.randrange(0, 20_000)
    return {
        "kind": kind,
        "occurred_at": occurred_at,
        "recorded_at": occurred_at + random.randrange(DAY),
        "site_id": "S",
        "quantity_milli": -quantity if kind == "adjusted" else quantity,
        "document": f"D{random.randrange(5)}",
        "line": str(random.randrange(3)),
        "cancelled": kind == "counted" and random.random() < 0.1,
        "line_id": f"L{random.randrange(4)}" if kind == "requested" else None,
        "order_id": f"O{random.randrange(2)}" if kind in _OF_ORDERS else None,
        "due_on": to_datetime(occurred_at + random.randrange(60) * DAY).date()
        if kind.startswith("order")
        else None,
    }


def _correction(random: Random, fact: Row, target: Row) -> Row:
    kept = ("kind", "line_id", "order_id", "due_on", "site_id")
    named = {name: target[name] for name in kept}
    return {
        **fact,
        **named,
        "corrects": random.choice((target["event_id"], f"{target['document']}/{target['line']}")),
        "cancelled": False,
        "quantity_milli": random.randrange(0, 20_000),
    }


def _folded(facts: list[Row]) -> Iterator[Row]:
    ledgers: dict[str, Ledger] = {}
    world, policy = World(), Policy()
    for offset, row in enumerate(facts):
        fact = _stock_fact(row)
        if fact.kind in BROADCAST:
            world.learn(fact)
            continue
        item_id = row["item_id"]
        ledger = ledgers.get(item_id, Ledger())
        if ledger.knows(fact.event_id):
            continue
        ledger = ledgers[item_id] = ledger.apply(entry_of(fact))
        live = live_entries(ledger.entries)
        held = balance(live)
        expected = on_order(
            live,
            now=fact.occurred_at if world.tick is None else world.tick,
            protection_days=world.item(item_id).lead_time_days + policy.review_days,
            grace_days=policy.grace_days,
        )
        yield position(
            offset,
            item_id=item_id,
            on_hand_milli=held.on_hand_milli,
            on_order_milli=expected.due_milli,
            in_transit_milli=held.in_transit_milli,
            reserved_milli=held.reserved_milli,
            facts=len(ledger.entries),
            caused_by=fact.event_id,
        )


def _stock_fact(fact: Row) -> StockFact:
    due_on = fact.get("due_on")
    more: dict[str, Any] = {
        **fact,
        "kind": FactKind(fact["kind"]),
        "due_on": None if due_on is None else day_number(due_on),
    }
    return StockFact(source="test", **more)


def _row(fact: Row) -> Row:
    instants = {name: to_datetime(fact[name]) for name in ("occurred_at", "recorded_at")}
    fixed = {"source": "test", "precision": "instant", "flags": "", "raw_topic": MOVEMENTS}
    return {"cancelled": False, **fixed, **fact, **instants}


def _micros(moment: Any) -> int:
    return int(moment.timestamp()) * 1_000_000
