"""What is on the way, in the decision: what it holds up, and what it ends."""

from __future__ import annotations

import pytest

from domain.facts import FactKind
from domain.instants import DAY
from domain.stock.decision import Transition
from tests.fakes.facts import FIRST_DAY, START, fact, tick
from tests.unit.domain.one_key import Key, counted, known_key, ordered


@pytest.fixture
def key() -> Key:
    return known_key()


def test_an_order_within_sight_ends_the_alert_and_one_beyond_does_not(key: Key) -> None:
    key.tell(counted(0, 5000))
    late = ordered(FactKind.ORDER_PLACED, 0, 12_000, due=40)
    assert key.decided(late).transition is Transition.NONE
    decision = key.decided(ordered(FactKind.ORDER_RESCHEDULED, 1, 12_000, due=12))
    assert decision.transition is Transition.RECOVERED
    assert decision.position.on_order_milli == 12_000


def test_an_order_that_does_not_come_is_left_out_at_a_tick_and_that_is_the_crossing(
    key: Key,
) -> None:
    placed = ordered(FactKind.ORDER_PLACED, 0, 12_000, due=5)
    waiting = key.decided(placed, counted(0, 5000), tick(12))
    assert (waiting.transition, waiting.position.milli) == (Transition.NONE, 17_000)
    assert waiting.next_look_at is not None
    late = key.decided(tick((waiting.next_look_at - START) / DAY))
    assert late.position.on_order_milli == 0
    assert "overdue_order" in late.flags
    assert late.alert is not None
    assert late.alert.crossing_event_id == late.caused_by
    assert late.next_look_at is None


def test_an_order_received_before_its_movement_is_known_pages_nobody(key: Key) -> None:
    key.tell(ordered(FactKind.ORDER_PLACED, 0, 12_000, due=3), counted(0.1, 5000))
    assert key.state.alert is None
    closed = key.decided(ordered(FactKind.ORDER_RECEIVED, 3, 0, due=3))
    assert (closed.transition, closed.position.milli) == (Transition.NONE, 17_000)
    moved = key.decided(fact("moved", FactKind.RECEIVED, 3, 12_000, order_id="P"))
    assert (moved.transition, moved.position.milli) == (Transition.NONE, 17_000)
    assert moved.position.on_order_milli == 0


def test_what_is_proposed_fills_up_and_arrives_before_the_early_stockout(key: Key) -> None:
    decision = key.decided(counted(0, 9000), tick(1))
    assert decision.buy_milli == 17_000 - 9000
    # Nine days of stock, ten of lead time: today.
    assert decision.buy_by == FIRST_DAY
    assert decision.below_reorder_point


def test_an_order_as_proposed_ends_the_alert(key: Key) -> None:
    decision = key.decided(counted(0, 3000))
    order = ordered(FactKind.ORDER_PLACED, 1, decision.buy_milli, due=11)
    assert key.decided(order).transition is Transition.RECOVERED


def test_above_the_reorder_point_there_is_nothing_to_buy(key: Key) -> None:
    decision = key.decided(counted(0, 10_000))
    assert (decision.buy_milli, decision.buy_by, decision.below_reorder_point) == (0, None, False)


def test_what_is_in_transit_counts_and_what_is_reserved_does_not(key: Key) -> None:
    coming = fact("o/inbound", FactKind.INBOUND_EXPECTED, 1, 5000, transfer_id="T")
    reserved = fact("r", FactKind.RESERVED, 1, 2000)
    position = key.decided(counted(0, 12_000), coming, reserved).position
    assert (position.on_hand_milli, position.in_transit_milli) == (12_000, 5000)
    assert (position.reserved_milli, position.milli) == (2000, 15_000)
