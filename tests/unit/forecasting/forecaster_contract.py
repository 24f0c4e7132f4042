"""What `forecasting.contract.Forecaster` promises, as tests that every implementation passes."""

from __future__ import annotations

import math
from datetime import date

import pytest

from forecasting.contract import Forecaster, ForecastError, WeekForecast, WeeklyHistory

FIRST_ON = date(2023, 1, 2)
WEEKS = 13
# Two and a half years: long enough for every implementation to use all that it has.
LENGTH = 130


def history(*quantities: float, divisible: bool = False) -> WeeklyHistory:
    return WeeklyHistory(FIRST_ON, list(quantities), divisible)


def lumpy(length: int) -> list[float]:
    """Mostly nothing, now and then a few."""
    return [float((week * 7) % 5 if week % 4 == 1 else 0) for week in range(length)]


class ForecasterContract:
    """Inherit, and return what is to be tested from `forecaster`."""

    def forecaster(self) -> Forecaster:
        raise NotImplementedError

    def forecast(self, *quantities: float, seed: int = 7, divisible: bool = False) -> tuple[WeekForecast, ...]:  # fmt: skip  # noqa: E501
        asked = history(*quantities, divisible=divisible)
        return self.forecaster().forecast(asked, weeks=WEEKS, seed=seed)

    def assert_plausible(self, weeks: tuple[WeekForecast, ...], length: int) -> None:
        assert [each.starts_on for each in weeks] == [
            history().week_starts(length + number) for number in range(WEEKS)
        ]
        for each in weeks:
            numbers = (each.mean, each.p10, each.p50, each.p90)
            assert all(math.isfinite(number) for number in numbers)
            assert 0.0 <= each.p10 <= each.p50 <= each.p90
            assert each.mean >= 0.0

    @pytest.mark.parametrize("divisible", [False, True])
    def test_it_gives_a_distribution_for_each_week_after_the_history(self, divisible: bool) -> None:
        weeks = self.forecast(*lumpy(LENGTH), divisible=divisible)
        self.assert_plausible(weeks, LENGTH)
        assert all(each.mean > 0.0 for each in weeks)
        assert any(each.p90 > each.p10 for each in weeks)

    def test_steady_demand_is_forecast_as_it_was(self) -> None:
        for each in self.forecast(*[20.0] * LENGTH):
            assert each.mean == pytest.approx(20.0, rel=0.1)

    def test_a_series_without_any_demand_is_forecast_to_have_none(self) -> None:
        weeks = self.forecast(*[0.0] * LENGTH)
        self.assert_plausible(weeks, LENGTH)
        assert all(each.p90 == pytest.approx(0.0, abs=1e-6) for each in weeks)

    @pytest.mark.parametrize("week", [0, LENGTH // 2, LENGTH - 1])
    def test_a_single_event_is_no_trouble_wherever_it_was(self, week: int) -> None:
        once = [0.0] * LENGTH
        once[week] = 3.0
        weeks = self.forecast(*once)
        self.assert_plausible(weeks, LENGTH)
        assert all(each.mean < 3.0 for each in weeks)

    def test_the_shortest_history_that_it_takes_is_enough(self) -> None:
        least = self.forecaster().least_weeks
        self.assert_plausible(self.forecast(*lumpy(least)), least)

    def test_huge_quantities_stay_finite(self) -> None:
        weeks = self.forecast(*(each * 1e9 for each in lumpy(LENGTH)))
        self.assert_plausible(weeks, LENGTH)

    def test_the_same_seed_gives_the_same_numbers_bit_for_bit(self) -> None:
        assert self.forecast(*lumpy(LENGTH)) == self.forecast(*lumpy(LENGTH))

    def test_it_leaves_the_history_as_it_was(self) -> None:
        given = history(*lumpy(LENGTH))
        self.forecaster().forecast(given, weeks=WEEKS, seed=7)
        assert given == history(*lumpy(LENGTH))

    @pytest.mark.parametrize(
        ("spoilt", "reason"),
        [(math.nan, "not_a_number"), (math.inf, "not_a_number"), (-1.0, "negative")],
    )
    def test_what_cannot_be_a_quantity_is_refused_and_named(
        self, spoilt: float, reason: str
    ) -> None:
        with pytest.raises(ForecastError, match="in week 3") as refused:
            self.forecast(*lumpy(LENGTH)[:3], spoilt, *lumpy(LENGTH)[4:])
        assert refused.value.reason == reason

    def test_too_short_a_history_is_refused_with_both_lengths(self) -> None:
        least = self.forecaster().least_weeks
        with pytest.raises(ForecastError, match=f"{least - 1} weeks, {least} needed") as refused:
            self.forecast(*lumpy(least - 1))
        assert refused.value.reason == "too_short"

    def test_its_name_says_what_it_is(self) -> None:
        assert len(self.forecaster().name) > 3
