"""Priors of demand in, the facts that every partition hears out."""

from __future__ import annotations

import math

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.quantities import LARGEST_MILLI, MILLI
from domain.rejection import Rejection
from schemas.codec import Record
from stream_processors.cleaning.outputs import fact_outputs
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import code, identifier, not_in_future, provenance

_MOST = LARGEST_MILLI / MILLI
_MOST_WEEKS = 520.0


def clean_prior(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the item's new prior, once a partition.

    Raises:
        RejectedEventError: a rule is broken. What is no number would be one in no sum either:
            every position of the item would be lost with it.
    """
    common = provenance(record, raw)
    not_in_future(common["occurred_at"], raw)
    fact = StockFact(
        **common,
        kind=FactKind.PRIOR_CHANGED,
        item_id=code(record, "item_id"),
        forecast_version=identifier(record, "forecast_version"),
        model=identifier(record, "model"),
        mean_per_week_per_site=_number(record, "mean_per_week_per_site", most=_MOST),
        variance_per_week_per_site=_number(record, "variance_per_week_per_site", most=_MOST**2),
        prior_weeks=_number(record, "prior_weeks", most=_MOST_WEEKS),
    )
    return fact_outputs(fact, raw)


def _number(record: Record, field: str, *, most: float) -> float:
    value = float(record[field])
    if not math.isfinite(value) or not 0.0 <= value <= most:
        detail = f"{field} {value:g} is not between 0 and {most:g}"
        raise RejectedEventError(Rejection.INVALID_PRIOR, detail)
    return value
