"""Mistakes that comparable systems make about stock, one test each, named after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.facts import FactKind, StockFact
from domain.identity import alert_id, stable_id
from domain.stock.decide import Parameters
from domain.stock.decision import Decision, Transition
from domain.stock.policy import Policy, target
from forecasting.fading_rate import FadingRate
from tests.fakes.facts import FIRST_DAY, at, fact, tick
from tests.unit.domain.one_key import (
    ITEM,
    SITE,
    STEADY,
    Key,
    counted,
    issued,
    known_key,
    ordered,
    received,
)


@pytest.fixture
def key() -> Key:
    return known_key()


def told_in(order: list[StockFact]) -> Decision:
    key = known_key()
    key.tell(*order[:-1])
    return key.decided(order[-1])


def test_adding_a_delta_again_when_a_batch_is_retried_counts_twice(key: Key) -> None:
    batch = [counted(0, 20_000), issued(1, 2000), received(2, 3000)]
    key.tell(*batch)
    key.tell(*batch, *batch)
    assert key.decided(issued(3, 1000)).position.on_hand_milli == 20_000


def test_running_an_hour_again_inserts_it_twice(key: Key) -> None:
    hour = [issued(1, 1000, f"issue-{number}") for number in range(5)]
    key.tell(counted(0, 50_000), *hour)
    before = key.state
    for offset in range(key.offset + 1):
        assert key.tell_at(offset, hour[offset % 5]) is None
    assert key.state == before


def test_a_transfer_as_one_positive_leg_makes_stock_out_of_nothing() -> None:
    leg = {"transfer_id": "T", "quantity_milli": 4000}
    here, there = known_key(), known_key()
    out = fact("out", FactKind.TRANSFERRED_OUT, 1, counterpart_site_id="S2", **leg)
    coming = replace(out, event_id="out/inbound", kind=FactKind.INBOUND_EXPECTED)
    into = fact("in", FactKind.TRANSFERRED_IN, 3, counterpart_site_id="S1", **leg)
    sent = here.decided(counted(0, 30_000), out).position
    under_way = there.decided(counted(0, 30_000), coming).position
    arrived = there.decided(into).position
    for got in (under_way, arrived):
        assert sent.on_hand_milli + got.on_hand_milli + got.in_transit_milli == 60_000
    assert (under_way.in_transit_milli, arrived.in_transit_milli) == (4000, 0)


def test_late_rows_dropped_by_a_watermark_leave_the_stock_wrong_until_the_next_count() -> None:
    late = fact("late", FactKind.ISSUED, 2, 3000, recorded_at=at(300))
    in_time = [counted(0, 30_000), late, issued(5, 1000), tick(300)]
    far_too_late = [counted(0, 30_000), issued(5, 1000), tick(300), late]
    assert told_in(far_too_late).position == told_in(in_time).position
    assert told_in(far_too_late).position.on_hand_milli == 26_000


def test_a_late_row_from_before_the_count_moves_the_stock_a_second_time(key: Key) -> None:
    late = fact("late", FactKind.ISSUED, 2, 3000, recorded_at=at(9))
    assert key.decided(counted(5, 30_000), late).position.on_hand_milli == 30_000


def test_a_demand_rate_over_active_days_only_is_a_hundred_times_too_high() -> None:
    key = Key(parameters=Parameters(Policy(), FadingRate()))
    used = [issued(day, 1000) for day in (10, 150, 290)]
    demand = key.decided(counted(0, 9000), *used, tick(364)).demand
    assert demand.weeks == 52
    assert demand.observations == 3
    assert demand.mean_milli < 1000 / 7  # far from one every day that it was used


def test_an_item_that_nobody_asks_for_drops_out_of_the_stock_view() -> None:
    key = Key(parameters=Parameters(Policy(), FadingRate()))
    idle = key.decided(ITEM, SITE, counted(0, 9000), tick(300), counted(301, 8000))
    assert idle.position.on_hand_milli == 8000
    assert idle.demand.observations == 0


def test_a_safety_stock_that_is_loaded_and_never_used() -> None:
    item = known_key().world.item("I1")
    key = known_key()
    demand = key.decided(counted(0, 50_000)).demand
    steady = target(demand, item, Policy())
    uneven = target(replace(demand, variance_milli2=4e6), item, Policy())
    assert uneven.safety_stock_milli > steady.safety_stock_milli
    raised = uneven.reorder_point_milli - steady.reorder_point_milli
    assert raised == uneven.safety_stock_milli - steady.safety_stock_milli > 0


def test_safety_stock_as_lead_time_times_demand(key: Key) -> None:
    decision = key.decided(counted(0, 50_000))
    # Ten days at one a day, without any doubt: all of it is expected, none of it is safety.
    assert decision.target.reorder_point_milli == 10_000
    assert decision.target.safety_stock_milli == 0


def test_an_alert_on_every_message_below_a_constant_instead_of_on_the_crossing(key: Key) -> None:
    steps = [key.decided(counted(0, 12_000))]
    steps += [key.decided(issued(day, 1000)) for day in range(1, 9)]
    opened = [each for each in steps if each.transition is Transition.OPENED]
    assert [each.caused_by for each in opened] == ["issue-3"]


def test_an_alert_only_when_a_row_is_created(key: Key) -> None:
    assert key.decided(counted(0, 30_000)).transition is Transition.NONE
    right = replace(counted(0, 3000), event_id="right", corrects="count-0")
    assert key.decided(right).transition is Transition.OPENED


def test_an_alert_that_reads_a_table_nobody_refreshes(key: Key) -> None:
    placed = ordered(FactKind.ORDER_PLACED, 0, 9000, due=5)
    assert key.decided(counted(0, 9000), placed).transition is not Transition.OPENED
    # Nothing is told any more; that the order did not come is seen by the clock alone.
    assert key.decided(tick(20)).transition is Transition.OPENED


def test_a_second_purchase_proposal_because_a_receipt_date_slipped(key: Key) -> None:
    placed = ordered(FactKind.ORDER_PLACED, 0, 9000, due=8)
    slipped = ordered(FactKind.ORDER_RESCHEDULED, 2, 9000, due=14)
    first = key.decided(counted(0, 9000), placed)
    second = key.decided(slipped)
    assert (first.buy_milli, second.buy_milli) == (0, 0)
    assert second.position.on_order_milli == 9000


def test_pythons_hash_as_a_key_changes_with_the_process() -> None:
    assert alert_id("I1", "S1", "e") == "706f0f621372ca487dd7925d1aeda56c"
    assert stable_id("a", "bc") != stable_id("ab", "c")


def test_weeks_labelled_days_and_stock_divided_by_sales_as_integers() -> None:
    key = Key(parameters=STEADY)
    decision = key.decided(ITEM, SITE, counted(0, 2500))
    # Seven a week are one a day: two and a half pieces last two and a half days.
    assert decision.outlook.days_p50 == pytest.approx(2.5)
    assert decision.buy_by == FIRST_DAY - 1
