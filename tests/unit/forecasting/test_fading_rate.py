"""The fading rate against the weighted mean that it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.fading_rate import FadingRate

RATE = FadingRate()


def by_hand(weekly: list[int], fading: float = 0.06) -> tuple[float, float]:
    """Return mean and variance with weights (1 - fading) ^ age."""
    weights = [(1 - fading) ** age for age in range(len(weekly))][::-1]
    mean = sum(w * x for w, x in zip(weights, weekly, strict=True)) / sum(weights)
    square = sum(w * (x - mean) ** 2 for w, x in zip(weights, weekly, strict=True))
    return mean, square / sum(weights)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 50_000), min_size=1, max_size=60))
def test_every_week_counts_by_its_age_alone(weekly: list[int]) -> None:
    mean, variance = RATE.estimate(weekly)
    wanted_mean, wanted_variance = by_hand(weekly)
    assert mean == pytest.approx(wanted_mean, rel=1e-9)
    assert variance == pytest.approx(wanted_variance, rel=1e-6, abs=2e-9 * max(weekly) ** 2)


def test_weeks_without_demand_lower_the_rate() -> None:
    """A rate over the active weeks alone would be ten times too high here."""
    mean, _ = RATE.estimate(([0] * 9 + [1000]) * 5)
    assert 100 < mean < 200


def test_the_first_week_of_a_history_is_not_taken_for_all_of_it() -> None:
    mean, _ = RATE.estimate([1000] + [0] * 7)
    assert mean == pytest.approx(1000 * 0.94**7 / sum(0.94**age for age in range(8)))
    assert mean < 125


def test_newer_weeks_weigh_more() -> None:
    assert RATE.estimate([0, 0, 0, 1000])[0] > RATE.estimate([1000, 0, 0, 0])[0]


def test_demand_that_ends_is_forgotten_by_half_in_eleven_weeks() -> None:
    before, after = RATE.estimate([1000] * 200)[0], RATE.estimate([1000] * 200 + [0] * 11)[0]
    assert after / before == pytest.approx(0.5, abs=0.01)


def test_steady_demand_has_no_spread_not_even_rounding_dust() -> None:
    assert RATE.estimate([1000] * 30) == (pytest.approx(1000.0), 0.0)


def test_without_any_week_there_is_no_demand() -> None:
    assert RATE.estimate([]) == (0.0, 0.0)


def test_its_name_says_how_it_was_made() -> None:
    assert RATE.name == "river-ew-0.06"
