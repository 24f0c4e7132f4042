"""Clock ticks in, the fact that every partition hears out."""

from __future__ import annotations

from domain.facts import FactKind, StockFact
from schemas.codec import Record
from stream_processors.cleaning.outputs import fact_outputs
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import not_in_future, provenance


def clean_tick(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the tick, once a partition.

    Raises:
        RejectedEventError: a rule is broken. A tick is checked by what it says the time is: one
            from the future would seal the ledger against everything that is still to come.
    """
    common = provenance(record, raw)
    not_in_future(common["occurred_at"], raw)
    return fact_outputs(StockFact(**common, kind=FactKind.TICK), raw)
