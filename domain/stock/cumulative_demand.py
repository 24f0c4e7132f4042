"""What is known of a week's demand in, the demand of days to come out: sums, as distributions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.distributions import count_quantiles, measure_quantiles
from domain.instants import WEEK, end_of_day, local_day
from domain.stock.policy import is_divisible

_PROBABILITIES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class WeeklyRate:
    """Demand of one key in a week, in base units; `weeks` of exposure behind it, prior included."""

    mean: float
    variance: float
    weeks: float


@dataclass(frozen=True, slots=True)
class DayDemand:
    """Demand from now until the end of a São Paulo day, in base units."""

    on: date
    mean: float
    p10: float
    p50: float
    p90: float


def moments(rate: WeeklyRate, weeks: float) -> tuple[float, float]:
    """Return mean and variance of the demand of so many weeks to come.

    With m and v those of a week and n the weeks that they rest on, the sum over t weeks has
    mean m·t and variance v·t + (v/n)·t²: weeks vary independently, but an error in the rate,
    whose variance is v/n, is the same in all of them. So the fan opens faster than √t.
    """
    of_the_rate = rate.variance / rate.weeks if rate.weeks > 0.0 else rate.variance
    return rate.mean * weeks, rate.variance * weeks + of_the_rate * weeks * weeks


def cumulative_demand(rate: WeeklyRate, unit: str, *, now: int, days: int) -> Iterator[DayDemand]:
    """Yield the demand until the end of today, of tomorrow, and so on.

    What is counted is negative binomial, what is measured is gamma: see `domain.distributions`.
    """
    quantiles = measure_quantiles if is_divisible(unit) else count_quantiles
    today = local_day(now)
    for number in range(days):
        on = today + timedelta(days=number)
        mean, variance = moments(rate, (end_of_day(on) - now) / WEEK)
        yield DayDemand(on, mean, *quantiles(mean, variance, _PROBABILITIES))
