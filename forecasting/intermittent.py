"""Demand that is mostly zero: statsforecast's methods for the mean, its errors for the spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forecasting.contract import (
    FIT_FAILED,
    ForecastError,
    WeekForecast,
    WeeklyHistory,
    require_usable,
)
from forecasting.flat import flat_forecast


class Method(StrEnum):
    """How the mean of intermittent demand is estimated."""

    TSB = "tsb"
    """Teunter, Syntetos and Babai (2011): the chance of demand fades in weeks without any."""
    CROSTON_SBA = "croston-sba"
    """Croston's method with the correction of Syntetos and Boylan (2005)."""
    IMAPA = "imapa"
    """Petropoulos and Kourentzes (2015): the mean over several lengths of period."""


@dataclass(frozen=True, slots=True)
class Intermittent:
    """Forecasts with one of statsforecast's intermittent methods.

    They give a mean and nothing else: the same for every week to come, without a distribution.
    So the spread is the mean square of their own one-week-ahead errors over the history, and the
    quantiles are those of a negative binomial (whole pieces) or a gamma (measured quantities)
    with that mean and variance. They say what a week may bring, not how sure the mean is.

    Attributes:
        method: which of them.
        size_smoothing: with `tsb`, weight of the newest demand in the mean size of one.
        chance_smoothing: with `tsb`, weight of the newest week in the chance that there is any.
            0.05 remembers about forty weeks. At 0.2 a part asked for twice a year is thought
            dead most of the time; on real weeks that forecast worse than a plain mean did.
    """

    method: Method = Method.TSB
    size_smoothing: float = 0.1
    chance_smoothing: float = 0.05
    least_weeks: int = 8

    @property
    def name(self) -> str:
        """Name and version, for the record."""
        if self.method is Method.TSB:
            return f"statsforecast-tsb-{self.size_smoothing:g}-{self.chance_smoothing:g}"
        return f"statsforecast-{self.method}"

    def forecast(
        self,
        history: WeeklyHistory,
        *,
        weeks: int,
        seed: int,  # noqa: ARG002  (the contract's; nothing here is left to chance)
    ) -> tuple[WeekForecast, ...]:
        """Return one distribution for each of the next weeks.

        Raises:
            ForecastError: the history cannot be used, or no finite mean came out.
        """
        import numpy as np  # here, not above: see `_model`

        require_usable(history, least_weeks=self.least_weeks)
        past = np.asarray(history.quantities, dtype=np.float64)
        answer = self._model().forecast(y=past.copy(), h=1, fitted=True)
        mean = float(answer["mean"][0])
        if not math.isfinite(mean):
            raise ForecastError(FIT_FAILED, f"{self.name} gave {mean}")
        errors = past - np.asarray(answer["fitted"], dtype=np.float64)
        known = errors[np.isfinite(errors)]
        variance = float(np.mean(known * known)) if known.size else 0.0
        return flat_forecast(history, mean=max(mean, 0.0), variance=variance, weeks=weeks)

    def _model(self) -> Any:
        # Seconds to import, and only a night's work needs it.
        from statsforecast import models

        match self.method:
            case Method.TSB:
                return models.TSB(alpha_d=self.size_smoothing, alpha_p=self.chance_smoothing)
            case Method.CROSTON_SBA:
                return models.CrostonSBA()
            case Method.IMAPA:
                return models.IMAPA()
