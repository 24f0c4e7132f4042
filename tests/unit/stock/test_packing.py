"""A key's state through its bytes and back."""

from __future__ import annotations

from random import Random

from domain.facts import FactKind
from domain.stock.decide import KeyState
from domain.stock.decision import Alert
from domain.stock.ledger import Ledger, entry_of
from stream_processors.stock.packing import pack, unpack
from tests.fakes.facts import FIRST_DAY, fact
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import Shell

FULL = fact(
    "e", FactKind.ORDER_PLACED, 1, -(10**15), document="D", line="é", order_id="P",
    due_on=FIRST_DAY, corrects="x", cancelled=True,
)  # fmt: skip


def test_every_field_survives() -> None:
    entry = entry_of(FULL)
    state = KeyState(
        "ÍTEM|1", "S1", Ledger((entry,)), Alert("a", 1, "c", 2, 3), folded_through=7, next_look_at=9
    )
    assert unpack(pack(state)) == state
    assert unpack(pack(KeyState("I", "S"))) == KeyState("I", "S")


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
    assert len(pack(KeyState("BABNT004", "DEP-SALVADOR", ledger))) < 1024
