"""The forecast of an item in the nation in, what to expect at one of its sites out.

How much a prior is worth against a site's own weeks is Bühlmann's credibility (Bühlmann and
Gisler, A Course in Credibility Theory, 2005, ch. 3): k = E[s²] / Var[m], where s² is the variance
of a week's demand within a site and m the mean of a site. Sites that are alike make k large, and
a site's own few weeks count little; sites that differ make it small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from compaction_jobs.retrain_forecasts.series import Series, site_weeks
from compaction_jobs.retrain_forecasts.silver import Demand
from domain.identity import stable_id
from forecasting.with_fallback import Fitted
from schemas.codec import Record

SOURCE = "compaction_jobs.retrain_forecasts"
# Below a fortnight one request would outweigh all that is known of the item; beyond half a year
# a site that has changed could not make itself heard.
LEAST_WEEKS, MOST_WEEKS = 2.0, 26.0


@dataclass(frozen=True, slots=True)
class Credibility:
    """What the sites of one item say of each other.

    Attributes:
        variance: of a week's demand at a site, the mean over sites.
        weeks: k, of a site's own exposure that a prior is worth.
    """

    variance: float
    weeks: float


def credibility(sites: Sequence[Sequence[float]], *, otherwise: float) -> Credibility:
    """Return k and E[s²] from the weeks of each site; all sites have the same weeks.

    Where nothing can be told (one site, or no demand) a prior is worth `otherwise`.
    """
    weeks = len(sites[0])
    within = fmean(variance(each) for each in sites)
    if len(sites) == 1 or within == 0.0:
        return Credibility(within, otherwise)
    # The means of sites differ by chance alone by E[s²]/n: the rest is between them.
    between = variance([fmean(each) for each in sites]) - within / weeks
    k = within / between if between > 0.0 else MOST_WEEKS
    return Credibility(within, min(max(k, LEAST_WEEKS), MOST_WEEKS))


def prior_record(
    series: Series, fitted: Fitted, demand: Demand, *, version: str, otherwise: float
) -> Record:
    """Return the record of `raw.demand-prior.v1`: the same forecast has the same id."""
    weeks = len(series.history.quantities)
    found = credibility(
        [site_weeks(demand, key, weeks) for key in series.keys], otherwise=otherwise
    )
    in_the_nation = fmean(week.mean for week in fitted.weeks)
    return {
        "event_id": stable_id("demand-prior", version, series.item_id),
        "occurred_at": demand.now,
        "recorded_at": demand.now,
        "source": SOURCE,
        "corrects": None,
        "upload_id": None,
        "item_id": series.item_id,
        "forecast_version": version,
        "model": fitted.model,
        "mean_per_week_per_site": in_the_nation / len(series.keys),
        "variance_per_week_per_site": found.variance,
        "prior_weeks": found.weeks,
    }
