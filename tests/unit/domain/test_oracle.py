"""A second ledger, written apart, agrees on long histories: now, as of, and as known at."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import pytest

from domain.stock.corrections import live_entries, resolve
from domain.stock.hindsight import known_by
from domain.stock.ledger import Entry, balance, entry_of
from domain.stock.orders import order_lines
from tests.unit.domain import oracle
from tests.unit.domain.histories import as_fact
from tests.unit.domain.long_histories import DAYS, FACTS, long_history

_HISTORIES, _BATCHES = 1000, 10


def ledger_of(history: list[dict[str, Any]]) -> list[Entry]:
    """Return the distinct facts in canonical order, the first of two with one id."""
    first: dict[str, Entry] = {}
    for each in history:
        first.setdefault(each["event_id"], entry_of(as_fact(each)))
    return sorted(first.values(), key=lambda entry: (entry.occurred_at, entry.event_id))


def numbers(entries: list[Entry], as_of: int | None, known_at: int | None) -> dict[str, int]:
    live = live_entries(known_by(entries, known_at))
    until = [each for each in live if as_of is None or each.occurred_at <= as_of]
    held = balance(until)
    return {
        "on_hand": held.on_hand_milli,
        "in_transit": held.in_transit_milli,
        "reserved": held.reserved_milli,
        "outstanding": sum(line.left_milli for line in order_lines(until)),
    }


@pytest.mark.parametrize("batch", range(_BATCHES))
def test_both_ledgers_agree_on_a_thousand_histories_of_two_hundred_facts(batch: int) -> None:
    for seed in range(batch, _HISTORIES, _BATCHES):
        random = Random(seed)
        history = long_history(random)
        entries = ledger_of(history)
        day, known = random.randrange(DAYS), random.randrange(DAYS + 9)
        for as_of, known_at in ((None, None), (day, None), (None, known), (day, known)):
            expected = oracle.balance_of(history, as_of, known_at)
            assert numbers(entries, as_of, known_at) == expected, (seed, as_of, known_at)


def test_the_histories_hold_what_they_are_about() -> None:
    histories = [ledger_of(long_history(Random(seed))) for seed in range(20)]
    assert all(len(entries) >= FACTS for entries in histories)
    resolved = [resolve(entries) for entries in histories]
    for odd in ("orphans", "cyclic", "moving"):
        assert any(getattr(each, odd) for each in resolved)


def test_the_second_ledger_is_short_and_takes_nothing_from_the_first() -> None:
    text = Path(oracle.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    imported = [
        name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(each.name for each in node.names))
    ]
    assert imported == ["__future__", "annotations", "typing", "Any"]
