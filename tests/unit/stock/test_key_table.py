"""A busy key in many small values: bounded, cheap to change, and whole after any crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest

from domain.facts import FactKind, StockFact
from domain.stock.decide import KeyState, decide
from domain.stock.decision import LogPosition
from domain.stock.ledger import Ledger, entry_of
from domain.stock.masters import World
from stream_processors.stock import key_table
from stream_processors.stock.key_table import BUSY_FACTS, KeyTable
from tests.fakes.facts import entries, fact, tick
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import PARAMETERS, Shell

KEY = "I1|S1"
_LARGEST_RECORD = 1024 * 1024  # what a producer and a broker accept unless told otherwise
_KINDS = (
    *[FactKind.ISSUED] * 6,
    *[FactKind.RECEIVED] * 2,
    *[FactKind.REQUESTED, FactKind.ORDER_PLACED, FactKind.COUNTED],
)


def busy_facts(count: int, *, days: float = 365.0) -> Iterator[StockFact]:
    random = Random(3)
    for number in range(count):
        yield fact(
            f"{random.getrandbits(128):032x}", random.choice(_KINDS), number * days / count, 1000,
            document=f"REQ-{number:06}", line="1", order_id=f"P{number}", due_on=20_000,
        )  # fmt: skip


def busy_state(count: int, *, days: float = 365.0) -> KeyState:
    in_order = sorted(busy_facts(count, days=days), key=lambda f: (f.occurred_at, f.event_id))
    return KeyState("I1", "S1", Ledger.of(map(entry_of, in_order)))


class Values(dict[bytes, bytes]):
    """The table's values, with what the last write of a key wrote."""

    def store(self, table: KeyTable, state: KeyState) -> dict[bytes, bytes]:
        written = table.write(KEY, state)
        changed = {**written.months, **written.summary, **written.emptied}
        self.update(changed)
        return changed


def test_a_key_with_ten_thousand_facts_is_many_values_far_below_what_a_producer_takes() -> None:
    values, state = Values(), busy_state(10_000)
    values.store(KeyTable(values.get), state)
    assert max(map(len, values.values())) < _LARGEST_RECORD / 8
    assert KeyTable(values.get).load(KEY) == state


def test_a_fact_of_a_busy_key_rewrites_one_month_and_the_summary() -> None:
    values = Values()
    table = KeyTable(values.get)
    state = busy_state(10_000)
    values.store(table, state)
    issued = fact("new", FactKind.ISSUED, 200, 1000)
    after = KeyState("I1", "S1", state.ledger.apply(entry_of(issued)), folded_through=7)
    changed = values.store(table, after)
    assert len(changed) == 2
    assert sum(map(len, changed.values())) < 100_000
    assert KeyTable(values.get).load(KEY) == after
    assert set(values.store(table, after)) == {KEY.encode()}


@pytest.mark.parametrize("facts_kept", [0, 200_000])
def test_a_key_that_is_not_kept_unpacked_is_read_from_its_values(
    monkeypatch: pytest.MonkeyPatch, facts_kept: int
) -> None:
    monkeypatch.setattr(key_table, "_KEPT_FACTS", facts_kept)
    values = Values()
    table = KeyTable(values.get)
    states = {f"I{number}|S1": busy_state(100 + number, days=20) for number in range(3)}
    for _ in range(3):
        for key, state in states.items():
            written = table.write(key, state)
            values.update({**written.months, **written.summary})
            assert table.load(key) == state


def test_a_crash_between_the_months_and_the_summary_leaves_the_state_as_it_was() -> None:
    values = Values()
    before = busy_state(200, days=20)
    values.store(KeyTable(values.get), before)
    table = KeyTable(values.get)
    table.index(values[KEY.encode()])
    after = KeyState("I1", "S1", before.ledger.apply(entry_of(fact("n", FactKind.ISSUED, 9, 1))))
    values.update(table.write(KEY, after).months)
    restarted = KeyTable(values.get)
    restarted.index(values[KEY.encode()])
    assert restarted.load(KEY) == before
    values.store(restarted, after)
    assert KeyTable(values.get).load(KEY) == after


def test_months_that_the_horizon_folded_leave_empty_values() -> None:
    values = Values()
    table = KeyTable(values.get)
    state = busy_state(1000)
    values.store(table, state)
    full = sum(map(len, values.values()))
    folded, _ = decide(
        state, fact("new", FactKind.ISSUED, 790, 1000), LogPosition(0, 1),
        world=World(tick=tick(780).occurred_at), parameters=PARAMETERS,
    )  # fmt: skip
    values.store(table, folded)
    assert sum(map(len, values.values())) < full / 5
    assert KeyTable(values.get).load(KEY) == folded
    assert folded.ledger.facts == 1001


def test_a_fact_of_a_key_with_ten_thousand_facts_is_folded_in_milliseconds() -> None:
    """The bound is generous: it holds off what rewrites or re-reads the whole key each time."""
    values, world = Values(), World(tick=tick(366).occurred_at)
    state = busy_state(10_000)
    table = KeyTable(values.get)
    values.store(table, state)
    took = []
    for number in range(9):
        started = time.process_time()
        loaded = table.load(KEY)
        assert loaded is not None
        issued = fact(f"new-{number}", FactKind.ISSUED, 366, 1000)
        at = LogPosition(0, number)
        loaded, _ = decide(loaded, issued, at, world=world, parameters=PARAMETERS)
        values.store(table, loaded)
        took.append(time.process_time() - started)
    assert min(took) < 0.1


def test_logs_with_busy_months_survive_any_death() -> None:
    log = a_log(Random(4), 0) + [
        fact(f"e{number}", FactKind.ISSUED, number / 10, 1000) for number in range(3 * BUSY_FACTS)
    ]
    wanted = Shell(log)
    wanted.run(batch_size=1)
    assert any(b"\x00" in name for name in wanted.keys)
    for steps in range(0, 400, 7):
        shell = Shell(log)
        shell.run(batch_size=9, steps_to_live=steps)
        shell.run(batch_size=4)
        assert shell.states() == wanted.states()
        assert shell.decisions() == wanted.decisions()


def test_few_facts_are_one_value() -> None:
    values = Values()
    few = entries(*[fact(f"{n}", FactKind.ISSUED, 1, 1) for n in range(BUSY_FACTS)])
    values.store(KeyTable(values.get), KeyState("I1", "S1", Ledger.of(few)))
    assert set(values) == {KEY.encode()}
