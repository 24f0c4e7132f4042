"""A prior of all sites, and what is left of it beside a site's own weeks."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import FactKind, StockFact
from domain.ports import WeeklyDemand
from domain.stock.demand import with_prior
from domain.stock.masters import Prior, World
from tests.fakes.facts import at, fact
from tests.unit.domain.one_key import counted, issued, known_key

amounts = st.floats(0.0, 1e7)


def prior(mean: float = 3000.0, variance: float = 5e6, weeks: float = 8.0) -> Prior:
    return Prior("I1", "v", 0, "f", "tsb", mean, variance, weeks)


def own(mean: float = 1000.0, variance: float = 2e6, weeks: int = 24) -> WeeklyDemand:
    return WeeklyDemand(mean, variance, weeks, 5)


def told(event_id: str, day: float, mean: float, item: str = "I1", weeks: float = 8.0) -> StockFact:
    return fact(
        event_id, FactKind.PRIOR_CHANGED, day, item_id=item, site_id=None,
        forecast_version=f"f-{event_id}", model="tsb",
        mean_per_week_per_site=mean, variance_per_week_per_site=1.0, prior_weeks=weeks,
    )  # fmt: skip


def test_the_shares_are_those_of_the_weeks() -> None:
    blended = with_prior(own(), prior())
    # A quarter of the weeks is the prior's.
    assert blended.mean_milli == 1500.0
    assert blended.variance_milli2 == pytest.approx(0.25 * 5e6 + 0.75 * 2e6 + 0.1875 * 2000.0**2)
    assert (blended.weeks, blended.observations, blended.prior_weeks) == (24, 5, 8.0)


def test_mean_and_variance_are_those_of_all_the_weeks_together() -> None:
    """A prior of eight weeks is what eight weeks of that mean and variance would have been."""
    prior_weeks, own_weeks = [1.0, 5.0] * 4, [0.0, 2.0] * 12
    blended = with_prior(own(1.0, 1.0, 24), prior(3.0, 4.0, 8.0))
    together = prior_weeks + own_weeks
    mean = sum(together) / 32
    assert blended.mean_milli == pytest.approx(mean)
    assert blended.variance_milli2 == pytest.approx(sum((x - mean) ** 2 for x in together) / 32)


@given(amounts, amounts, st.integers(8, 58), amounts, amounts, st.floats(0.0, 520.0))
def test_the_mean_is_between_the_two_and_the_variance_no_less_than_the_lesser(
    mean: float, variance: float, weeks: int, prior_mean: float, prior_variance: float, worth: float
) -> None:
    blended = with_prior(own(mean, variance, weeks), prior(prior_mean, prior_variance, worth))
    dust = 1e-9 * (mean + prior_mean + 1.0)
    assert min(mean, prior_mean) - dust <= blended.mean_milli <= max(mean, prior_mean) + dust
    assert blended.variance_milli2 >= min(variance, prior_variance) * (1 - 1e-9)


@given(amounts, amounts, st.integers(8, 58))
def test_no_prior_or_one_worth_nothing_leaves_everything_as_it_was(
    mean: float, variance: float, weeks: int
) -> None:
    known = own(mean, variance, weeks)
    assert with_prior(known, None) == with_prior(known, prior(weeks=0.0)) == known


def test_the_longer_a_site_is_known_the_less_a_prior_says() -> None:
    means = [with_prior(own(weeks=weeks), prior()).mean_milli for weeks in (8, 20, 57)]
    assert means == sorted(means, reverse=True)


@given(st.integers(0, 2**32))
def test_the_newest_prior_of_an_item_wins_in_any_order_and_any_number_of_times(seed: int) -> None:
    chance = Random(seed)
    facts = [
        told(f"{chance.randint(0, 99):02d}", chance.randint(0, 3), chance.random(), item)
        for item in ("I1", "I2")
        for _ in range(4)
    ]
    shuffled = facts + facts[:3]
    chance.shuffle(shuffled)
    one, other = World(), World()
    for each in sorted(facts, key=lambda each: (each.recorded_at, each.event_id)):
        one.learn(each)
    for each in shuffled:
        other.learn(each)
    versions = {item: each.version for item, each in one.priors.items()}
    assert {item: each.version for item, each in other.priors.items()} == versions


def test_a_prior_is_news_once() -> None:
    world = World()
    assert world.learn(told("a", 1, 2.5))
    assert not world.learn(told("a", 1, 2.5))
    assert not world.learn(told("older", 0, 9.0))
    held = world.priors["I1"]
    assert (held.mean_milli, held.variance_milli2, held.weeks) == (2500.0, 1e6, 8.0)
    assert (held.forecast_version, held.recorded_at) == ("f-a", at(1))


def test_a_prior_that_expects_more_can_open_an_alert_and_a_better_one_end_it() -> None:
    key = known_key()  # its own weeks say 7 a week: a reorder point of 10
    before = key.decided(counted(0, 14_000), issued(1, 1000))
    assert not before.below_reorder_point
    assert before.prior is None
    opened = key.decided(told("more", 2, 21.0))
    assert (str(opened.transition), opened.caused_by) == ("opened", "more")
    assert opened.demand.mean_milli == 14_000.0
    assert opened.prior is not None
    assert opened.prior.forecast_version == "f-more"
    recovered = key.decided(told("less", 3, 0.0, weeks=520.0))
    assert str(recovered.transition) == "recovered"
    assert recovered.alert is not None
    assert opened.alert is not None
    assert recovered.alert.alert_id == opened.alert.alert_id


def test_a_prior_of_another_item_changes_nothing_here() -> None:
    key = known_key()
    key.tell(counted(0, 14_000), told("other", 1, 99.0, item="I2"))
    assert key.decided(issued(2, 1000)).demand == own_demand_of_the_key()


def own_demand_of_the_key() -> WeeklyDemand:
    alone = known_key()
    alone.tell(counted(0, 14_000))
    return alone.decided(issued(2, 1000)).demand
