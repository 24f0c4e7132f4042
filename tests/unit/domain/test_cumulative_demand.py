"""The demand of the days to come, from what is known of a week's."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import DAY, WEEK, start_of_day
from domain.stock.cumulative_demand import WeeklyRate, cumulative_demand, moments

RATE = WeeklyRate(mean=2.0, variance=4.0, weeks=20.0)
MIDNIGHT = start_of_day(date(2025, 7, 20))


def test_an_error_in_the_rate_grows_with_the_square_of_time_and_chance_with_time() -> None:
    assert moments(RATE, 1.0) == (2.0, 4.0 + 0.2)
    assert moments(RATE, 10.0) == (20.0, 40.0 + 20.0)


@given(st.floats(0.0, 50.0), st.floats(0.0, 500.0), st.integers(0, DAY - 1))
def test_sums_only_rise_whatever_the_time_of_day(mean: float, variance: float, into: int) -> None:
    rate = WeeklyRate(mean, variance, 12.0)
    days = list(cumulative_demand(rate, "UN", now=MIDNIGHT + into, days=40))
    assert [each.mean for each in days] == sorted(each.mean for each in days)
    assert [each.p90 for each in days] == sorted(each.p90 for each in days)


def test_the_first_day_is_what_is_left_of_today() -> None:
    (at_midnight,) = cumulative_demand(RATE, "UN", now=MIDNIGHT, days=1)
    (at_noon,) = cumulative_demand(RATE, "UN", now=MIDNIGHT + DAY // 2, days=1)
    assert at_midnight.on == at_noon.on == date(2025, 7, 20)
    assert at_midnight.mean == pytest.approx(RATE.mean / 7)
    assert at_noon.mean == pytest.approx(RATE.mean / 14)


def test_a_week_of_days_is_a_week() -> None:
    *_, seventh = cumulative_demand(RATE, "KG", now=MIDNIGHT, days=7)
    assert seventh.on == date(2025, 7, 26)
    assert seventh.mean == pytest.approx(RATE.mean, rel=2 / WEEK)


def test_more_weeks_of_exposure_make_the_fan_narrower() -> None:
    *_, sure = cumulative_demand(WeeklyRate(2.0, 4.0, 50.0), "KG", now=MIDNIGHT, days=60)
    *_, unsure = cumulative_demand(WeeklyRate(2.0, 4.0, 8.0), "KG", now=MIDNIGHT, days=60)
    assert sure.mean == unsure.mean
    assert unsure.p10 < sure.p10 < sure.p90 < unsure.p90
