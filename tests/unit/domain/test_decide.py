"""The decision after each fact: one alert a crossing, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.identity import alert_id, transition_id
from domain.instants import HOUR
from domain.rejection import Rejection
from domain.stock.decision import Alert, Transition
from tests.fakes.facts import FIRST_DAY, at, fact, tick
from tests.unit.domain.histories import as_fact, histories
from tests.unit.domain.one_key import ITEM, SITE, Key, counted, issued, known_key, received


@pytest.fixture
def key() -> Key:
    return known_key()


def test_the_crossing_opens_one_alert_and_what_follows_below_opens_none(key: Key) -> None:
    assert key.decided(counted(0, 12_000)).transition is Transition.NONE
    assert key.decided(issued(1, 2000)).transition is Transition.NONE  # at it is not below it
    opened = key.decided(issued(2, 1000))
    assert opened.transition is Transition.OPENED
    assert opened.alert is not None
    for day in range(3, 8):
        later = key.decided(issued(day, 1000))
        assert later.transition is Transition.NONE
        assert later.alert == opened.alert


def test_an_alert_is_named_after_the_fact_that_crossed(key: Key) -> None:
    opened = key.decided(counted(0, 12_000), issued(2, 3000))
    assert opened.alert == Alert(
        alert_id=alert_id("I1", "S1", "issue-2"),
        opened_at=at(2),
        crossing_event_id="issue-2",
        crossing_offset=3,
        respond_by=at(2) + 6 * HOUR,
    )
    assert opened.event_id == transition_id(opened.alert.alert_id, "opened", "issue-2")


def test_it_recovers_a_margin_above_the_reorder_point_and_not_on_it(key: Key) -> None:
    opened = key.decided(counted(0, 9000))
    assert key.decided(received(1, 1000)).transition is Transition.NONE
    recovered = key.decided(received(2, 1000))
    assert recovered.transition is Transition.RECOVERED
    assert recovered.alert == opened.alert
    assert recovered.event_id == transition_id(
        alert_id("I1", "S1", "count-0"), "recovered", "receipt-2"
    )
    assert key.state.alert is None


def test_flapping_within_the_margin_is_one_alert(key: Key) -> None:
    key.tell(counted(0, 9000))
    steps = [received(1, 1000), issued(2, 1000), received(3, 1000), issued(4, 1000)]
    assert {key.decided(step).transition for step in steps} == {Transition.NONE}


def test_a_second_crossing_is_a_second_alert(key: Key) -> None:
    first = key.decided(counted(0, 9000))
    key.tell(received(1, 9000))
    second = key.decided(issued(2, 9000))
    assert second.transition is Transition.OPENED
    assert first.alert is not None
    assert second.alert is not None
    assert first.alert.alert_id != second.alert.alert_id


def test_a_key_that_nobody_ever_counted_gives_no_alert_and_nothing_to_buy(key: Key) -> None:
    asked = fact("asked", FactKind.REQUESTED, 0, 5000)
    placed = fact("placed", FactKind.ORDER_PLACED, 0, 1, order_id="P", line="1", due_on=FIRST_DAY)
    for each in (asked, placed, tick(1)):
        decision = key.decided(each)
        assert decision.transition is Transition.NONE
        assert decision.target.reorder_point_milli > decision.position.milli
        assert (decision.below_reorder_point, decision.buy_milli) == (False, 0)
        assert "never_counted" in decision.flags


@pytest.mark.parametrize("told", [counted(0, 0), issued(0, 3000)])
def test_an_alert_ends_when_all_that_it_rested_on_is_cancelled(key: Key, told: StockFact) -> None:
    opened = key.decided(told)
    assert opened.transition is Transition.OPENED
    cancels = {"event_id": "cancels", "corrects": told.event_id, "quantity_milli": 0}
    ended = key.decided(replace(told, **cancels, cancelled=True))
    assert (ended.transition, ended.alert) == (Transition.RECOVERED, opened.alert)
    assert "never_counted" in ended.flags
    assert key.state.alert is None
    assert key.decided(issued(1, 1000)).transition is Transition.OPENED


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_no_alert_is_open_while_the_stock_is_unknown(
    history: list[dict[str, Any]], random: Random
) -> None:
    key, is_open = known_key(), False
    for each in random.sample(history, len(history)):
        decision = key.decided(as_fact(each))
        unknown = "never_counted" in decision.flags
        match decision.transition:
            case Transition.OPENED:
                assert not is_open
                is_open = True
            case Transition.RECOVERED:
                assert is_open
                is_open = False
        assert is_open == (key.state.alert is not None)
        assert not (is_open and unknown)


def test_a_count_that_was_cancelled_is_no_count(key: Key) -> None:
    cancelled = replace(counted(0, 0), cancelled=True)
    assert key.decided(cancelled).transition is Transition.NONE


def test_the_first_count_of_an_empty_shelf_is_a_crossing(key: Key) -> None:
    assert key.decided(counted(0, 0)).transition is Transition.OPENED


def test_a_repetition_at_a_later_offset_changes_nothing(key: Key) -> None:
    key.tell(counted(0, 12_000), issued(1, 1000))
    before = key.state
    assert key.tell(issued(1, 1000)) is None
    assert key.state == before


@pytest.mark.parametrize(
    "other",
    [{"quantity_milli": 9000}, {"occurred_at": at(2)}, {"document": "D"}, {"corrects": "x"}],
    ids=lambda other: next(iter(other)),
)
def test_the_same_id_with_other_content_is_refused_and_the_first_stands(
    key: Key, other: dict[str, Any]
) -> None:
    key.tell(counted(0, 12_000), issued(1, 1000))
    before = key.state
    with pytest.raises(RejectedEventError) as refused:
        key.tell(replace(issued(1, 1000), **other))
    assert refused.value.reason == Rejection.CONFLICTING_DUPLICATE
    assert next(iter(other)) in refused.value.detail
    assert key.state == before


def test_a_repetition_that_was_recorded_later_is_the_same_fact(key: Key) -> None:
    key.tell(counted(0, 12_000), issued(1, 1000))
    again = replace(issued(1, 1000), recorded_at=at(9), upload_id="u2", raw_offset=7)
    assert key.tell(again) is None


def test_a_correction_that_moves_its_target_is_refused_and_moves_nothing(key: Key) -> None:
    leg = {"transfer_id": "T1", "counterpart_site_id": "S2"}
    out = fact("out", FactKind.TRANSFERRED_OUT, 1, 2000, **leg)
    key.tell(counted(0, 20_000), out)
    moved = key.decided(
        replace(out, event_id="moved", corrects="out", transfer_id="T2", quantity_milli=9000)
    )
    assert moved.refused is not None
    assert moved.flags == ("correction_moves_key",)
    assert moved.position.on_hand_milli == 18_000


def test_a_correction_that_came_before_what_it_moves_is_flagged_when_that_comes(key: Key) -> None:
    leg = {"transfer_id": "T1", "counterpart_site_id": "S2"}
    out = fact("out", FactKind.TRANSFERRED_OUT, 1, 2000, **leg)
    early = replace(out, event_id="early", corrects="out", transfer_id="T2", quantity_milli=9000)
    assert key.decided(counted(0, 20_000), early).position.on_hand_milli == 11_000
    late = key.decided(out)
    assert (late.flags, late.position.on_hand_milli) == (("correction_moves_key",), 18_000)
    assert late.refused is None


def test_what_is_folded_in_already_is_skipped(key: Key) -> None:
    key.tell(counted(0, 12_000), issued(1, 1000))
    before = key.state
    for offset in range(key.offset + 1):
        assert key.tell_at(offset, issued(9, 5000, f"new-{offset}")) is None
        assert key.tell_at(offset, tick(9 + offset)) is None
    assert key.state == before


def test_a_late_fact_before_the_count_does_not_open_an_alert(key: Key) -> None:
    key.tell(counted(5, 12_000))
    assert key.decided(issued(4, 9000)).transition is Transition.NONE


def test_a_correction_that_lowers_the_stock_is_a_crossing(key: Key) -> None:
    key.tell(counted(0, 20_000), issued(1, 1000))
    right = replace(issued(1, 11_000, "right"), corrects="issue-1")
    opened = key.decided(right)
    assert opened.position.on_hand_milli == 9000
    assert opened.alert is not None
    assert opened.alert.crossing_event_id == "right"


def test_a_new_master_is_a_reason_to_decide_anew(key: Key) -> None:
    key.tell(counted(0, 12_000))
    slower = replace(ITEM, event_id="slower", recorded_at=at(1), lead_time_days=20.0)
    opened = key.decided(slower)
    assert opened.transition is Transition.OPENED
    assert opened.caused_by == "slower"
    assert opened.item.version == "slower"


def test_the_newest_tick_is_now_and_before_it_the_fact_is(key: Key) -> None:
    assert key.decided(counted(3, 12_000)).occurred_at == at(3)
    assert key.decided(tick(5)).occurred_at == at(5)
    assert key.decided(issued(4, 1000)).occurred_at == at(5)


def test_unknown_masters_and_odd_stock_are_flagged_and_not_refused() -> None:
    decision = Key().decided(issued(1, 1000))
    assert decision.flags == ("negative_on_hand", "unknown_item", "unknown_site")
    assert decision.site.pool_id == "site:S1"


def test_corrections_without_a_target_or_an_end_are_flagged(key: Key) -> None:
    key.tell(counted(0, 12_000))
    orphan = replace(issued(1, 1000), corrects="nobody")
    assert key.decided(orphan).flags == ("orphan_correction",)
    loop = replace(issued(2, 1000), corrects="issue-2")
    assert key.decided(loop).flags == ("orphan_correction", "correction_cycle")


def test_one_stray_old_date_does_not_lengthen_the_exposure(key: Key) -> None:
    asked = fact("asked", FactKind.REQUESTED, 60, 1000)
    usual = key.decided(counted(0, 12_000), asked).demand
    stray = key.decided(fact("stray", FactKind.REQUESTED, -7000, 1000), tick(60)).demand
    assert stray == usual
    assert stray.weeks == 9


def test_a_transfer_that_arrived_short_is_flagged(key: Key) -> None:
    coming = fact("o/inbound", FactKind.INBOUND_EXPECTED, 1, 5000, transfer_id="T")
    into = fact("i", FactKind.TRANSFERRED_IN, 2, 4000, transfer_id="T")
    assert key.decided(counted(0, 12_000), coming, into).flags == ("transfer_discrepancy",)


def test_decisions_without_a_transition_are_named_after_their_cause(key: Key) -> None:
    one, other = key.decided(counted(0, 12_000)), key.decided(issued(1, 1000))
    assert one.event_id != other.event_id
    again = Key()
    again.tell(ITEM, SITE)
    assert again.decided(counted(0, 12_000)).event_id == one.event_id
