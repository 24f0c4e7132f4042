"""One mean and variance in, the same distribution for every week to come out."""

from __future__ import annotations

from domain.distributions import count_quantiles, measure_quantiles
from forecasting.contract import WeekForecast, WeeklyHistory

_PROBABILITIES = (0.1, 0.5, 0.9)


def flat_forecast(
    history: WeeklyHistory, *, mean: float, variance: float, weeks: int
) -> tuple[WeekForecast, ...]:
    """Return so many weeks alike: negative binomial of whole pieces, gamma of what is measured.

    Both are exact for no demand; they have the right mean, the right spread, and no mass below
    zero, which a normal has (`domain.distributions` says how they are computed).
    """
    quantiles = measure_quantiles if history.divisible else count_quantiles
    p10, p50, p90 = quantiles(mean, variance, _PROBABILITIES)
    after = len(history.quantities)
    return tuple(
        WeekForecast(history.week_starts(after + number), mean, p10, p50, p90)
        for number in range(weeks)
    )
