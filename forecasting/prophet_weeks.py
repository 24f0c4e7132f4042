"""Prophet on weeks: for sums over many items, which have seasons and trends that single ones hide.

Never for one item: on demand that is mostly zero it is slower and worse than `intermittent`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from forecasting.brazilian_days import days_off
from forecasting.contract import (
    FIT_FAILED,
    ForecastError,
    WeekForecast,
    WeeklyHistory,
    require_usable,
)

if TYPE_CHECKING:
    import pandas as pd

# A trend or a season that has been seen once is an accident: with less than two years of weeks
# there is neither, only a level and the holidays.
_TWO_YEARS = 104
_SEASON_TERMS = 3
_SAMPLES = 500
_A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class ProphetWeeks:
    """Forecasts weekly sums with Prophet and the Brazilian calendar.

    Mean and quantiles are those of samples of Prophet's own predictive distribution, with what
    falls below zero set to zero: its model has no floor.

    Attributes:
        subdivision: the state (UF) whose holidays count; None: the nation's only.
    """

    subdivision: str | None = None
    least_weeks: int = 16

    @property
    def name(self) -> str:
        """Name and version, for the record."""
        return "prophet-weeks-1"

    def forecast(
        self, history: WeeklyHistory, *, weeks: int, seed: int
    ) -> tuple[WeekForecast, ...]:
        """Return one distribution for each of the next weeks.

        Raises:
            ForecastError: the history cannot be used, or Prophet cannot fit it.
        """
        import numpy as np  # here, as all of them: only a night's work needs their seconds

        require_usable(history, least_weeks=self.least_weeks)
        held = len(history.quantities)
        starts = [history.week_starts(number) for number in range(held + weeks)]
        try:
            samples = self._samples(history, starts, seed=seed)
        except (ArithmeticError, RuntimeError, ValueError) as error:
            raise ForecastError(FIT_FAILED, f"{self.name}: {error}") from error
        if not np.isfinite(samples).all():
            raise ForecastError(FIT_FAILED, f"{self.name} gave what is no number")
        floored = np.maximum(samples, 0.0)
        quantiles = np.quantile(floored, (0.1, 0.5, 0.9), axis=1)
        return tuple(
            WeekForecast(start, *(float(each) for each in row))
            for start, *row in zip(starts[held:], floored.mean(axis=1), *quantiles, strict=True)
        )

    def _samples(self, history: WeeklyHistory, starts: list[date], *, seed: int) -> Any:
        import numpy as np
        import pandas as pd
        from prophet import Prophet

        held = len(history.quantities)
        is_long = held >= _TWO_YEARS
        model = Prophet(
            growth="linear" if is_long else "flat",
            n_changepoints=25 if is_long else 0,
            yearly_seasonality=_SEASON_TERMS if is_long else False,
            weekly_seasonality=False,
            daily_seasonality=False,
            holidays=_holidays(starts, days_off(_years(starts), self.subdivision)),
            uncertainty_samples=_SAMPLES,
        )
        days = pd.to_datetime(pd.Series(starts, name="ds"))
        past = pd.DataFrame({"ds": days[:held], "y": [float(each) for each in history.quantities]})
        # Prophet draws from numpy's one generator for all: it is given back as it was.
        before = np.random.get_state()
        np.random.seed(seed % 2**32)
        try:
            # Below 100 weeks it would choose Newton's method, which takes thirty times as long.
            model.fit(past, seed=seed % 2**31, algorithm="LBFGS")
            return model.predictive_samples(pd.DataFrame({"ds": days[held:]}))["yhat"]
        finally:
            np.random.set_state(before)


def _holidays(starts: list[date], days: dict[date, str]) -> pd.DataFrame:
    """Return Prophet's frame: the weeks that hold a day off, by category.

    Prophet knows a holiday by the day of its rows, which here is the first of a week.
    """
    import pandas as pd

    weeks = sorted(
        {
            (category, start)
            for start in starts
            for day, category in days.items()
            if start <= day < start + _A_WEEK
        }
    )
    return pd.DataFrame(
        {
            "holiday": [category for category, _ in weeks],
            "ds": pd.to_datetime([start for _, start in weeks]),
        }
    )


def _years(starts: Iterable[date]) -> set[int]:
    return {year for start in starts for year in (start.year, (start + _A_WEEK).year)}
