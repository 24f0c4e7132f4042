"""From silver to forecasts in gold and priors in the log, in stages that can be followed.

Everything follows from silver's facts: the same silver gives the same numbers under the same ids,
so a run that was killed anywhere is repeated whole and changes nothing that it had done.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from compaction_jobs.gold_facts.manifest import name_forecasts
from compaction_jobs.lake import Lake
from compaction_jobs.retrain_forecasts.fitting import fit_all, made_with
from compaction_jobs.retrain_forecasts.gold import Origin, write_forecasts
from compaction_jobs.retrain_forecasts.priors import prior_record
from compaction_jobs.retrain_forecasts.report import Report
from compaction_jobs.retrain_forecasts.series import (
    Level,
    family_series,
    forecast_version,
    item_series,
)
from compaction_jobs.retrain_forecasts.settings import ForecastSettings
from compaction_jobs.retrain_forecasts.silver import read_demand
from compaction_jobs.stages import Stages
from schemas.codec import Record

STAGES = ("silver_read", "families", "items", "gold", "priors")
Publish = Callable[[list[Record]], int]
"""Publishes those priors that are not in the log yet, and returns how many."""

_log = structlog.get_logger()
_SERIES_A_LINE = 100


def run(lake: Lake, settings: ForecastSettings, publish: Publish, stages: Stages) -> Report:
    """Forecast every series; see `Report` for what comes of it.

    Raises:
        ConfigurationError: there is no silver, or it does not say what time it is.
        TransientError: the table or the log could not be written.
    """
    began = time.monotonic()
    demand = read_demand(lake, history_days=settings.history_days)
    version = forecast_version(demand, settings.model_dump_json(), *made_with())
    report = Report(version, demand.version)
    families = list(family_series(demand, by_region=settings.by_region))
    items = list(item_series(demand))
    total = len(families) + len(items)
    stages.done("silver_read", forecast_version=version, keys=len(demand.keys), series=total)

    def on_series(done: int) -> None:
        if done % _SERIES_A_LINE == 0 or done == total:
            _log.info("series_forecast", done=done, total=total)

    made = list(fit_all(families, report, weeks=settings.weeks, on_series=on_series))
    stages.done("families", series=len(families))
    made += fit_all(items, report, weeks=settings.weeks, on_series=on_series)
    stages.done("items", series=len(items), fallbacks=len(report.fallbacks))
    report.rows_written = write_forecasts(lake, made, Origin(version, demand.now, demand.version))
    name_forecasts(lake)
    stages.done("gold", rows=report.rows_written)
    priors = [
        prior_record(series, fitted, demand, version=version, otherwise=settings.prior_weeks)
        for series, fitted in made
        if series.level is Level.ITEM
    ]
    report.priors, report.priors_published = len(priors), publish(priors)
    report.seconds = round(time.monotonic() - began, 1)
    stages.done("priors", priors=report.priors, published=report.priors_published)
    return report
