"""The plain mean of all weeks: no trend, no season, nothing to go wrong. The named fallback."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, pvariance

from forecasting.contract import WeekForecast, WeeklyHistory, require_usable
from forecasting.flat import flat_forecast


@dataclass(frozen=True, slots=True)
class MeanRate:
    """Forecasts the mean of the past weeks, with the spread that they had."""

    least_weeks: int = 1

    @property
    def name(self) -> str:
        """Name and version, for the record."""
        return "mean-rate-1"

    def forecast(
        self,
        history: WeeklyHistory,
        *,
        weeks: int,
        seed: int,  # noqa: ARG002  (the contract's; nothing here is left to chance)
    ) -> tuple[WeekForecast, ...]:
        """Return one distribution for each of the next weeks.

        Raises:
            ForecastError: a quantity is negative or no number, or there is no week.
        """
        require_usable(history, least_weeks=self.least_weeks)
        mean = fmean(history.quantities)
        variance = pvariance(history.quantities, mean)
        return flat_forecast(history, mean=mean, variance=variance, weeks=weeks)
