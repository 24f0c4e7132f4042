"""A key's state through its bytes and back."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from domain.facts import FactKind
from domain.stock.decide import KeyState
from domain.stock.decision import Alert
from domain.stock.ledger import Ledger, Opening, entry_of
from stream_processors.stock.packing import (
    Summary,
    pack,
    pack_entries,
    unpack,
    unpack_entries,
    unpack_head,
)
from tests.fakes.facts import FIRST_DAY, fact
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import Shell

FULL = fact(
    "e", FactKind.ORDER_PLACED, 1, -(10**15), document="D", line="é", order_id="P",
    due_on=FIRST_DAY, corrects="x", cancelled=True,
)  # fmt: skip


def through_bytes(state: KeyState) -> KeyState:
    summary = unpack(pack(Summary(state, {})))
    assert summary.slots == {}
    return summary.state


def test_every_field_survives() -> None:
    state = KeyState(
        item_id="ÍTEM|1",
        site_id="S1",
        ledger=Ledger(Ledger.of([entry_of(FULL)]).months, Opening(5, -7, 8, counted=True, facts=9)),
        alert=Alert("a", 1, "c", 2, 3),
        folded_through=7,
        next_look_at=9,
    )
    assert through_bytes(state) == state
    assert through_bytes(KeyState("I", "S")) == KeyState("I", "S")
    assert unpack_entries(pack_entries([entry_of(FULL)])) == (entry_of(FULL),)
    whole = pack(Summary(state, {-3: 1, 700: 0}))
    assert unpack(whole) == Summary(state, {-3: 1, 700: 0})
    bare = replace(state, ledger=Ledger((), state.ledger.opening))
    assert unpack_head(whole) == Summary(bare, {-3: 1, 700: 0})


def test_what_a_fold_leaves_behind_survives() -> None:
    shell = Shell(a_log(Random(5), 60))
    shell.run(batch_size=60)
    assert len(shell.keys) == 6
    assert {key: pack(unpack(packed)) for key, packed in shell.keys.items()} == shell.keys


def test_a_usual_key_is_under_a_kibibyte() -> None:
    ledger = Ledger()
    for number in range(12):
        issued = fact(
            f"{number:032x}", FactKind.ISSUED, number, 2000, document="REQ-0001", line="1"
        )
        ledger = ledger.apply(entry_of(issued))
    assert len(pack(Summary(KeyState("BABNT004", "DEP-SALVADOR", ledger), {}))) < 1024
