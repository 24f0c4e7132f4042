"""Raw movements and counts in, ledger facts out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.identity import inbound_id
from domain.rejection import Rejection
from schemas.codec import Record
from stream_processors.cleaning.outputs import fact_outputs
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import (
    LONGEST_ID,
    code,
    identifier,
    precision,
    provenance,
    quantity,
    time_flags,
)

_TRANSFERS = frozenset({FactKind.TRANSFERRED_OUT, FactKind.TRANSFERRED_IN})
_MOVEMENTS = {
    kind.value: kind
    for kind in (
        FactKind.ISSUED,
        FactKind.RECEIVED,
        FactKind.RETURNED,
        FactKind.SCRAPPED,
        FactKind.ADJUSTED,
        FactKind.RESERVED,
        FactKind.RELEASED,
        *_TRANSFERS,
    )
}


def clean_movement(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the movement's fact; an out-leg is announced to its destination too.

    Raises:
        RejectedEventError: a rule is broken.
    """
    kind = _MOVEMENTS.get(record["movement_type"])
    if kind is None:
        detail = f"movement type {record['movement_type'][:LONGEST_ID]!r}"
        raise RejectedEventError(Rejection.UNKNOWN_TYPE, detail)
    booked = _booked(record, raw)
    fact = StockFact(
        **booked,
        kind=kind,
        quantity_milli=_moved(record, kind, corrects=booked["corrects"]),
        order_id=record["order_id"],
        **_transfer(record, kind, site_id=booked["site_id"]),
    )
    if kind is not FactKind.TRANSFERRED_OUT:
        return fact_outputs(fact, raw)
    return [*fact_outputs(fact, raw), *fact_outputs(_announced(fact), raw)]


def clean_count(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the count's fact; 0 is an empty shelf.

    Raises:
        RejectedEventError: a rule is broken.
    """
    fact = StockFact(
        **_booked(record, raw),
        kind=FactKind.COUNTED,
        quantity_milli=quantity(record, least=0),
        cancelled=record["cancelled"],
    )
    return fact_outputs(fact, raw)


def _booked(record: Record, raw: RawRecord) -> dict[str, Any]:
    common = provenance(record, raw)
    return {
        **common,
        "item_id": code(record, "item_id"),
        "site_id": code(record, "site_id"),
        "document": identifier(record, "document"),
        "line": identifier(record, "line"),
        "precision": precision(record),
        "flags": time_flags(common),
    }


def _moved(record: Record, kind: FactKind, *, corrects: str | None) -> int:
    """Return the quantity; only a correction may be 0, which cancels what it corrects."""
    milli = quantity(record, least=None if kind is FactKind.ADJUSTED else 0)
    if milli == 0 and corrects is None:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, "0 without a fact to cancel")
    return milli


def _transfer(record: Record, kind: FactKind, *, site_id: str) -> dict[str, Any]:
    if kind not in _TRANSFERS:
        return {}
    transfer, counterpart = record["transfer_id"], record["counterpart_site_id"]
    if not (transfer or "").strip() or not (counterpart or "").strip():
        detail = f"transfer {transfer!r} with counterpart {counterpart!r}"
        raise RejectedEventError(Rejection.MISSING_TRANSFER, detail)
    there = code(record, "counterpart_site_id")
    if there == site_id:
        raise RejectedEventError(Rejection.TRANSFER_TO_ITSELF, f"site {site_id}")
    return {"transfer_id": identifier(record, "transfer_id"), "counterpart_site_id": there}


def _announced(out_leg: StockFact) -> StockFact:
    """Return the out-leg as its destination hears of it."""
    return replace(
        out_leg,
        kind=FactKind.INBOUND_EXPECTED,
        event_id=inbound_id(out_leg.event_id),
        corrects=None if out_leg.corrects is None else inbound_id(out_leg.corrects),
        site_id=out_leg.counterpart_site_id,
        counterpart_site_id=out_leg.site_id,
    )
