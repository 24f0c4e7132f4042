"""What each fact did to the shelf: the effects add up to what the ledger says is there."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import FactKind
from domain.stock.corrections import live_entries
from domain.stock.history import steps
from domain.stock.ledger import balance
from tests.fakes.facts import entries, fact
from tests.unit.domain.histories import as_fact, histories


@settings(max_examples=500, deadline=None)
@given(histories(), st.integers(-1, 6))
def test_at_every_instant_the_shelf_holds_what_the_ledger_says(
    history: list[dict[str, Any]], day: int
) -> None:
    held = entries(*map(as_fact, history))

    until = [step for step in steps(held) if step.entry.occurred_at <= day]

    shelf = until[-1].on_hand_milli if until else 0
    assert shelf == balance(live_entries(held), as_of=day).on_hand_milli


@settings(max_examples=200, deadline=None)
@given(histories())
def test_effects_add_up_and_what_does_not_stand_has_none(history: list[dict[str, Any]]) -> None:
    found = steps(entries(*map(as_fact, history)))

    assert sum(step.effect_milli or 0 for step in found) == (
        found[-1].on_hand_milli if found else 0
    )
    assert all(step.effect_milli is None for step in found if not step.live)


def test_a_count_adds_the_difference_and_swallows_the_movements_of_its_instant() -> None:
    found = steps(
        entries(
            fact("a", FactKind.RECEIVED, 1, quantity_milli=5000),
            fact("b", FactKind.ISSUED, 2, quantity_milli=1000),
            fact("c", FactKind.COUNTED, 3, quantity_milli=7000),
            fact("d", FactKind.ISSUED, 3, quantity_milli=2000),
            fact("e", FactKind.ISSUED, 4, quantity_milli=3000),
        )
    )

    assert [(each.effect_milli, each.on_hand_milli) for each in found] == [
        (5000, 5000),
        (-1000, 4000),
        (3000, 7000),
        (0, 7000),
        (-3000, 4000),
    ]


def test_what_says_nothing_of_the_shelf_has_no_effect() -> None:
    found = steps(
        entries(
            fact("a", FactKind.REQUESTED, 1, quantity_milli=5000),
            fact("b", FactKind.ORDER_PLACED, 2, quantity_milli=5000, order_id="P1"),
            fact("c", FactKind.COUNTED, 3, quantity_milli=7000, cancelled=True),
        )
    )

    assert [each.effect_milli for each in found] == [None, None, None]


def test_a_corrected_fact_has_no_effect_and_its_correction_has() -> None:
    found = steps(
        entries(
            fact("a", FactKind.RECEIVED, 1, quantity_milli=5000),
            fact("b", FactKind.RECEIVED, 1, quantity_milli=4000, corrects="a"),
        )
    )

    assert [(each.live, each.effect_milli) for each in found] == [(False, None), (True, 4000)]
