"""Series in, forecasts out, one after the other; each tells how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version

import structlog

from compaction_jobs.retrain_forecasts.report import Report, Trouble
from compaction_jobs.retrain_forecasts.series import Level, Series
from domain.identity import stable_id
from forecasting.brazilian_days import STATES
from forecasting.contract import Forecaster, ForecastError
from forecasting.intermittent import Intermittent
from forecasting.mean_rate import MeanRate
from forecasting.prophet_weeks import ProphetWeeks
from forecasting.with_fallback import Fitted, fit_or_fall_back

FALLBACK = MeanRate()
OnSeries = Callable[[int], None]  # series done
_log = structlog.get_logger()


def made_with() -> tuple[str, ...]:
    """Return what a forecast depends on beside its demand."""
    models = (FALLBACK.name, Intermittent().name, ProphetWeeks().name)
    return (*models, version("statsforecast"), version("prophet"), version("holidays"))


def forecaster_of(series: Series) -> Forecaster:
    """Return who is meant to forecast a series: Prophet the sums, TSB single items."""
    if series.level is Level.ITEM:
        return Intermittent()
    return ProphetWeeks(subdivision=series.region if series.region in STATES else None)


def fit_all(
    of: Iterable[Series], report: Report, *, weeks: int, on_series: OnSeries
) -> Iterator[tuple[Series, Fitted]]:
    """Yield the series that have a forecast; how each went is in the report and the log."""
    for series in of:
        report.series += 1
        try:
            fitted = fit_or_fall_back(
                series.history,
                forecaster_of(series),
                FALLBACK,
                weeks=weeks,
                seed=int(stable_id("seed", series.name)[:8], 16),
            )
        except ForecastError as error:
            _log.error("series_failed", series=series.name, reason=str(error))
            report.failed.append(Trouble(series.name, str(error)))
        else:
            _note(series, fitted, report)
            yield series, fitted
        on_series(report.series)


def _note(series: Series, fitted: Fitted, report: Report) -> None:
    report.models[fitted.model] = report.models.get(fitted.model, 0) + 1
    if fitted.fallback_reason is None:
        report.fitted += 1
        return
    _log.warning("series_fell_back", series=series.name, reason=fitted.fallback_reason)
    report.fallbacks.append(Trouble(series.name, fitted.fallback_reason))
