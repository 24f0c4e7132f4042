"""Raw calendar days in, checked ones out."""

from __future__ import annotations

from domain.errors import RejectedEventError
from domain.rejection import Rejection
from schemas.codec import Record
from schemas.regions import COUNTRY, STATES
from stream_processors.cleaning.outputs import calendar_output
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import (
    day,
    instant,
    named,
    not_in_future,
    one_of,
    provenance,
)

_REASON = Rejection.INVALID_DRIVER
_REGIONS = frozenset({COUNTRY, *STATES})
_CATEGORIES = frozenset({"public", "optional"})


def clean_calendar_day(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the clean day.

    Raises:
        RejectedEventError: a rule is broken.
    """
    common = provenance(record, raw)
    published_at = not_in_future(instant(record, "published_at"), raw)
    if published_at > common["recorded_at"]:
        detail = f"learnt at {common['recorded_at']} µs, published only at {published_at} µs"
        raise RejectedEventError(Rejection.INVALID_DATE, detail)
    clean_day = {
        **common,
        "observed_on": day(record, "observed_on"),
        "published_at": published_at,
        "region": one_of(record, "region", _REGIONS, _REASON),
        "name": named(record, "name", _REASON),
        "category": one_of(record, "category", _CATEGORIES, _REASON),
    }
    return [calendar_output(clean_day, raw)]
