"""Every forecaster against the one contract, and what each adds to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.brazilian_days import days_off
from forecasting.contract import Forecaster, WeeklyHistory
from forecasting.intermittent import Intermittent, Method
from forecasting.mean_rate import MeanRate
from forecasting.prophet_weeks import ProphetWeeks
from forecasting.with_fallback import fit_or_fall_back
from tests.unit.forecasting.forecaster_contract import FIRST_ON, ForecasterContract, history


@pytest.fixture(autouse=True, scope="module")
def silent_stan() -> Iterator[None]:
    """Stan's wrapper logs every fit; its logger exists once it is imported."""
    import cmdstanpy  # noqa: F401

    logging.getLogger("cmdstanpy").disabled = True
    yield
    logging.getLogger("cmdstanpy").disabled = False


class TestMeanRate(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return MeanRate()

    def test_its_quantiles_are_those_of_a_negative_binomial(self) -> None:
        (first, *_) = self.forecast(*[0.0, 0.0, 0.0, 4.0] * 4)
        assert (first.mean, first.p10, first.p50, first.p90) == (1.0, 0.0, 0.0, 3.0)


class TestTsb(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return Intermittent(Method.TSB)

    def test_a_part_that_nobody_asks_for_any_more_fades(self) -> None:
        (long_ago, *_) = self.forecast(*[2.0] * 20, *[0.0] * 80)
        (lately, *_) = self.forecast(*[0.0] * 20, *[2.0] * 80)
        assert long_ago.mean < 0.05 < 1.9 < lately.mean


class TestCrostonSba(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return Intermittent(Method.CROSTON_SBA)


class TestImapa(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return Intermittent(Method.IMAPA)


class TestProphetWeeks(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return ProphetWeeks()

    def test_another_seed_gives_other_samples(self) -> None:
        noisy = [float(week * 13 % 11) for week in range(60)]
        assert self.forecast(*noisy, seed=1) != self.forecast(*noisy, seed=2)

    def test_the_generator_that_others_use_is_left_as_it_was(self) -> None:
        np.random.seed(5)
        wanted = np.random.random()
        np.random.seed(5)
        self.forecast(*[1.0, 2.0] * 20)
        assert np.random.random() == wanted

    def test_weeks_of_holidays_that_were_always_quiet_are_forecast_quieter(self) -> None:
        first_on = date(2021, 1, 4)
        starts = [first_on + timedelta(weeks=week) for week in range(208)]
        off = days_off(range(2021, 2026))
        optional = {
            start: any(off.get(start + timedelta(days=day)) == "optional" for day in range(7))
            for start in starts
        }
        past = [4.0 if optional[start] else 40.0 for start in starts[:156]]
        ahead = self.forecaster().forecast(WeeklyHistory(first_on, past), weeks=52, seed=1)
        quiet = [each.mean for each in ahead if optional[each.starts_on]]
        usual = [each.mean for each in ahead if not optional[each.starts_on]]
        assert quiet
        assert max(quiet) < min(usual)


class TestProphetWeeksOfAState(ForecasterContract):
    def forecaster(self) -> Forecaster:
        return ProphetWeeks(subdivision="BA")


def test_carnival_and_corpus_christi_are_days_off_in_brazil() -> None:
    days = days_off([2025])
    assert days[date(2025, 3, 4)] == days[date(2025, 6, 19)] == "optional"
    assert days[date(2025, 9, 7)] == "public"


def test_a_state_has_days_off_of_its_own() -> None:
    independence_of_bahia = date(2025, 7, 2)
    assert independence_of_bahia in days_off([2025], "BA")
    assert independence_of_bahia not in days_off([2025])


def test_who_forecast_is_named_and_why_when_it_is_the_fallback() -> None:
    short, long = history(*[1.0] * 5), history(*[1.0] * 30)
    fell = fit_or_fall_back(short, Intermittent(), MeanRate(), weeks=2, seed=1)
    assert (fell.model, fell.fallback_reason) == (
        "mean-rate-1",
        "statsforecast-tsb-0.1-0.05: too_short: 5 weeks, 8 needed",
    )
    assert fell.weeks[0].starts_on == FIRST_ON + timedelta(weeks=5)
    made = fit_or_fall_back(long, Intermittent(), MeanRate(), weeks=2, seed=1)
    assert (made.model, made.fallback_reason) == ("statsforecast-tsb-0.1-0.05", None)
