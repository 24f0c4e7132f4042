"""Long random histories of one key: plain dicts, as they come in."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.unit.domain.histories import MOVEMENTS, ORDERS

FACTS, DAYS = 200, 60
_KINDS = (*MOVEMENTS, *ORDERS, *["issued", "counted"] * 3)
_LEGS = ("transferred_out", "transferred_in", "inbound_expected")


def long_history(random: Random) -> list[dict[str, Any]]:
    """Return facts of one key as they come in: late, twice, corrected by id, by name, in chains."""
    facts: list[dict[str, Any]] = []
    for number in range(FACTS):
        each = _original(random, number)
        if facts and random.random() < 0.15:
            each = _correction(random, each, random.choice(facts))
        facts.append(each)
    facts += random.sample(facts, 20)
    random.shuffle(facts)
    return facts


def _original(random: Random, number: int) -> dict[str, Any]:
    kind, day = random.choice(_KINDS), random.randrange(DAYS)
    quantity = random.randrange(20)
    return {
        "event_id": f"e{number}",
        "kind": kind,
        "occurred_at": day,
        "recorded_at": day + random.choice((0, 0, 1, 9)),
        "quantity_milli": random.choice((-1, 1)) * quantity if kind == "adjusted" else quantity,
        "document": f"D{random.randrange(60)}",
        "line": str(random.randrange(3)),
        "transfer_id": f"T{random.randrange(9)}" if kind in _LEGS else None,
        "counterpart_site_id": f"S{random.randrange(2)}" if kind in _LEGS else None,
        "order_id": f"P{random.randrange(9)}" if kind in (*ORDERS, "received") else None,
        "corrects": None,
        "cancelled": kind == "counted" and random.random() < 0.1,
    }


def _correction(random: Random, each: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    kept = {name: wrong[name] for name in ("kind", "order_id", "counterpart_site_id")}
    moves = wrong["kind"] in _LEGS and random.random() < 0.1
    transfer = "another" if moves else wrong["transfer_id"]
    name = f"{wrong['document']}/{wrong['line']}"
    name += "/inbound" if wrong["kind"] == "inbound_expected" else ""
    to_come = f"e{random.randrange(FACTS + 9)}"
    corrects = random.choice([*[wrong["event_id"]] * 4, *[name] * 4, to_come, each["event_id"]])
    quantity = random.choice((0, random.randrange(20)))
    return each | kept | {
        "transfer_id": transfer, "corrects": corrects, "quantity_milli": quantity,
        "cancelled": wrong["kind"] == "counted" and quantity == 0,
    }  # fmt: skip
