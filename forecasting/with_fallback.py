"""A forecaster and one to fall back on in, a forecast that says which of them made it out."""

from __future__ import annotations

from dataclasses import dataclass

from forecasting.contract import Forecaster, ForecastError, WeekForecast, WeeklyHistory


@dataclass(frozen=True, slots=True)
class Fitted:
    """A forecast, who made it, and why not the one that was meant to (None: it did)."""

    model: str
    fallback_reason: str | None
    weeks: tuple[WeekForecast, ...]


def fit_or_fall_back(
    history: WeeklyHistory,
    forecaster: Forecaster,
    fallback: Forecaster,
    *,
    weeks: int,
    seed: int,
) -> Fitted:
    """Return the forecast of the first that can, with the reason where that is the second.

    Raises:
        ForecastError: neither can.
    """
    try:
        made = forecaster.forecast(history, weeks=weeks, seed=seed)
    except ForecastError as error:
        made = fallback.forecast(history, weeks=weeks, seed=seed)
        return Fitted(fallback.name, f"{forecaster.name}: {error}", made)
    return Fitted(forecaster.name, None, made)
