"""Statuses of purchase order lines in, order facts out."""

from __future__ import annotations

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.rejection import Rejection
from schemas.codec import Record
from stream_processors.cleaning.outputs import fact_outputs
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import (
    LONGEST_ID,
    code,
    day,
    identifier,
    provenance,
    quantity,
    time_flags,
)

_STATUSES = {
    "placed": FactKind.ORDER_PLACED,
    "rescheduled": FactKind.ORDER_RESCHEDULED,
    "partially_received": FactKind.ORDER_PARTIALLY_RECEIVED,
    "received": FactKind.ORDER_RECEIVED,
    "cancelled": FactKind.ORDER_CANCELLED,
}


def clean_order(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the fact of what one status leaves outstanding.

    Raises:
        RejectedEventError: a rule is broken.
    """
    kind = _STATUSES.get(record["status"])
    if kind is None:
        raise RejectedEventError(
            Rejection.UNKNOWN_TYPE, f"order status {record['status'][:LONGEST_ID]!r}"
        )
    common = provenance(record, raw)
    fact = StockFact(
        **common,
        kind=kind,
        item_id=code(record, "item_id"),
        site_id=code(record, "site_id"),
        order_id=identifier(record, "order_id"),
        line=identifier(record, "line"),
        quantity_milli=quantity(record, least=0),
        due_on=day(record, "due_on"),
        flags=time_flags(common),
    )
    return fact_outputs(fact, raw)
