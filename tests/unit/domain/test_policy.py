"""The classical rule against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ports import WeeklyDemand
from domain.stock.masters import Item, Site
from domain.stock.policy import Outlook, Policy, Target, outlook, round_up, target

# d = 1 piece a day, s = 1 piece a day: over L = 9 days 9 ± 3; the lead time's own spread of
# 4 days adds 4 pieces; 3-4-5, so σ = 5 pieces.
DEMAND = WeeklyDemand(mean_milli=7000.0, variance_milli2=7e6, weeks=52, observations=20)
NONE = WeeklyDemand(0.0, 0.0, 52, 0)
ITEM = Item("I1", unit="KG", lead_time_days=9.0, lead_time_spread_days=4.0, criticality="B")
SITE = Site("S1", contract_value_brl_month=50_000.0, fine_rate=0.04)
POLICY = Policy()
Z95 = 1.6448536269514722

demands = st.builds(
    WeeklyDemand,
    st.floats(0, 1e6),
    st.floats(0, 1e10),
    st.just(52),
    st.just(10),
)
lead_times = st.floats(0, 365)
stocks = st.integers(-(10**6), 10**7)


def look(demand: WeeklyDemand, milli: int, item: Item = ITEM) -> Outlook:
    return outlook(demand, item, SITE, on_hand=milli, position=milli, policy=POLICY)


def test_the_reorder_point_is_lead_time_demand_and_z_sigma() -> None:
    assert target(DEMAND, ITEM, POLICY) == Target(
        reorder_point_milli=math.ceil(9000 + Z95 * 5000),
        safety_stock_milli=math.ceil(9000 + Z95 * 5000) - 9000,
        order_up_to_milli=math.ceil(9000 + Z95 * 5000) + 7000,  # and a week's review
        recover_at_milli=math.ceil(1.1 * math.ceil(9000 + Z95 * 5000)),
    )


def test_pieces_are_whole() -> None:
    wanted = target(DEMAND, replace(ITEM, unit="UN"), POLICY)
    assert wanted == Target(18_000, 9000, 25_000, 20_000)


@pytest.mark.parametrize(("criticality", "level"), [("A", 0.98), ("B", 0.95), ("C", 0.90)])
def test_the_service_level_goes_by_criticality(criticality: str, level: float) -> None:
    wanted = target(DEMAND, replace(ITEM, criticality=criticality), POLICY)
    assert wanted.reorder_point_milli == math.ceil(9000 + NormalDist().inv_cdf(level) * 5000)


def test_safety_stock_is_not_lead_time_times_demand() -> None:
    """It answers to uncertainty: without any, there is none, however long the lead time."""
    certain = replace(DEMAND, variance_milli2=0.0)
    wanted = target(certain, replace(ITEM, lead_time_spread_days=0.0), POLICY)
    assert (wanted.reorder_point_milli, wanted.safety_stock_milli) == (9000, 0)


def test_the_spread_of_the_lead_time_is_used() -> None:
    calm = target(DEMAND, replace(ITEM, lead_time_spread_days=0.0), POLICY)
    assert calm.reorder_point_milli == math.ceil(9000 + Z95 * 3000)


def test_a_critical_part_is_never_below_one_unit() -> None:
    assert target(NONE, replace(ITEM, criticality="A"), POLICY).reorder_point_milli == 1000
    assert target(NONE, ITEM, POLICY).reorder_point_milli == 0


def test_an_order_covers_the_least_quantity_that_can_be_ordered() -> None:
    boxes = replace(ITEM, min_order_quantity_milli=50_000)
    wanted = target(DEMAND, boxes, POLICY)
    assert wanted.order_up_to_milli == wanted.reorder_point_milli + 50_000


def test_p_stockout_is_the_tail_of_the_lead_time_demand() -> None:
    assert look(DEMAND, 9000).p_stockout == pytest.approx(0.5)
    assert look(DEMAND, 14_000).p_stockout == pytest.approx(1 - NormalDist().cdf(1.0))
    assert look(DEMAND, target(DEMAND, ITEM, POLICY).reorder_point_milli).p_stockout <= 0.05


def test_without_demand_only_less_than_nothing_is_a_stockout() -> None:
    assert look(NONE, 0).p_stockout == 0.0
    assert look(NONE, -1).p_stockout == 1.0


def test_money_at_risk_is_probability_times_fine_times_weight() -> None:
    # 0.5 × 4 % × 50,000 × 0.5 for B
    assert look(DEMAND, 9000).at_risk_brl == 500.0
    assert look(DEMAND, 9000, replace(ITEM, criticality="A")).at_risk_brl == 1000.0
    assert look(DEMAND, 9000, replace(ITEM, criticality="C")).at_risk_brl == 200.0


@pytest.mark.parametrize("milli", [500, 10_000, 123_456])
def test_the_days_left_are_the_quantiles_of_running_out(milli: int) -> None:
    """At the day named, P(demand so far ≥ stock) is the probability named."""
    found = look(DEMAND, milli)
    for days, probability in ((found.days_p10, 0.1), (found.days_p50, 0.5), (found.days_p90, 0.9)):
        assert days is not None
        demand_so_far = NormalDist(1000.0 * days, 1000.0 * math.sqrt(days))
        assert 1 - demand_so_far.cdf(milli) == pytest.approx(probability)


def test_steady_demand_runs_out_on_the_day_that_division_says() -> None:
    steady = replace(DEMAND, variance_milli2=0.0)
    found = look(steady, 3500)
    assert found.days_p10 == found.days_p50 == found.days_p90 == pytest.approx(3.5)


def test_an_empty_shelf_has_run_out_already() -> None:
    found = look(DEMAND, 0)
    assert (found.days_p10, found.days_p50, found.days_p90) == (0.0, 0.0, 0.0)


def test_what_lasts_ten_years_is_not_in_sight() -> None:
    slow = WeeklyDemand(1.0, 0.0, 52, 1)
    assert look(slow, 522).days_p50 is None
    assert look(slow, 521).days_p50 is not None
    assert look(NONE, 1000).days_p10 is None


@settings(max_examples=60, deadline=None)
@given(demands, lead_times, lead_times)
def test_a_longer_lead_time_never_lowers_the_reorder_point(
    demand: WeeklyDemand, one: float, other: float
) -> None:
    short, long = sorted((one, other))
    assert (
        target(demand, replace(ITEM, lead_time_days=short), POLICY).reorder_point_milli
        <= target(demand, replace(ITEM, lead_time_days=long), POLICY).reorder_point_milli
    )


@settings(max_examples=60, deadline=None)
@given(demands, stocks, stocks)
def test_more_stock_never_raises_the_risk(demand: WeeklyDemand, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert look(demand, more).p_stockout <= look(demand, less).p_stockout
    assert 0.0 <= look(demand, more).p_stockout <= 1.0
    early, late = look(demand, less).days_p10, look(demand, more).days_p10
    assert late is None or (early is not None and early <= late)


@settings(max_examples=60, deadline=None)
@given(demands, stocks)
def test_the_quantiles_of_the_days_left_are_in_order(demand: WeeklyDemand, milli: int) -> None:
    found = look(demand, milli)
    p10, p50, p90 = (
        math.inf if days is None else days
        for days in (found.days_p10, found.days_p50, found.days_p90)
    )
    last_digit = 1 + 1e-12  # without any spread they are one day, computed in two ways
    assert 0.0 <= p10 <= p50 * last_digit
    assert p50 <= p90 * last_digit


@settings(max_examples=60, deadline=None)
@given(demands, st.sampled_from("ABC"), st.sampled_from(["UN", "M"]))
def test_an_order_up_to_the_target_ends_its_alert(
    demand: WeeklyDemand, criticality: str, unit: str
) -> None:
    wanted = target(demand, replace(ITEM, criticality=criticality, unit=unit), POLICY)
    assert 0 <= wanted.reorder_point_milli <= wanted.recover_at_milli <= wanted.order_up_to_milli
    assert 0 <= wanted.safety_stock_milli <= wanted.reorder_point_milli


@pytest.mark.parametrize(
    ("milli", "unit", "rounded"),
    [
        (0.0, "UN", 0),
        (0.1, "UN", 1000),
        (3000.0000000001, "UN", 3000),
        (2370.2, "CX", 3000),
        (2370.2, "KG", 2371),
        (2370.2, "M3", 2371),
    ],
)
def test_only_what_is_measured_is_bought_in_fractions(
    milli: float, unit: str, rounded: int
) -> None:
    assert round_up(milli, unit) == rounded
