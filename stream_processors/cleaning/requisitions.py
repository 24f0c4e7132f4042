"""Raw requisition lines in, clean lines and the demand they state out."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.instants import day_number
from domain.rejection import Rejection
from schemas.codec import Record
from schemas.requisition_rules import DATE_FIELDS, HEADERS, ParsedLine, parse_line, place
from stream_processors.cleaning.outputs import fact_outputs, line_output
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import LONGEST_ID, provenance

_FLAG_SEPARATOR = ";"
_DECIMAL_SIGNS = frozenset({".", ","})
_COLUMN_OF = {"requisition": "requisition", "item_id": "item", "site_id": "depot"}


def clean_requisition_line(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the clean line, and what it asks of the stock unless it asks for a service.

    Raises:
        RejectedEventError: a rule is broken.
    """
    if record["decimal_sign"] not in _DECIMAL_SIGNS:
        sign = record["decimal_sign"][:LONGEST_ID]
        detail = f"{place(record)}{HEADERS['quantity']} decimal sign {sign!r}"
        raise RejectedEventError(Rejection.INVALID_QUANTITY, detail)
    # Before the provenance, which a line without any date lacks too: its reason is `undated`.
    line = parse_line(record, arrived_at=raw.arrived_at)
    for field, column in _COLUMN_OF.items():
        if len(getattr(line, field)) > LONGEST_ID:
            detail = f"{place(record)}{HEADERS[column]} is absurdly long"
            raise RejectedEventError(Rejection.INVALID_KEY, detail)
    common = _provenance(line, record, raw)
    clean_line = line_output(_clean_line(line, record, common), raw)
    if line.is_service:
        return [clean_line]
    return [clean_line, *fact_outputs(_requested(line, common), raw)]


def _provenance(line: ParsedLine, record: Record, raw: RawRecord) -> dict[str, Any]:
    occurred_at, recorded_at = line.instants(arrived_at=raw.arrived_at)
    try:
        return provenance({**record, "occurred_at": occurred_at, "recorded_at": recorded_at}, raw)
    except RejectedEventError as error:
        raise RejectedEventError(error.reason, place(record) + error.detail) from error


def _clean_line(line: ParsedLine, record: Record, common: dict[str, Any]) -> dict[str, Any]:
    return {
        **common,
        "line_id": line.line_id(common["source"]),
        "requisition": line.requisition,
        "item_id": line.item_id,
        "site_id": line.site_id,
        "material": line.material,
        "family": line.family,
        "supplier": line.supplier,
        "quantity_milli": line.quantity_milli,
        "unit": line.unit,
        **{field: _day_number(getattr(line, field)) for field in DATE_FIELDS},
        "is_service": line.is_service,
        "flags": _FLAG_SEPARATOR.join(line.flags),
        "file": record["file"],
        "sheet": record["sheet"],
        "row": record["row"],
    }


def _requested(line: ParsedLine, common: dict[str, Any]) -> StockFact:
    return StockFact(
        **common,
        kind=FactKind.REQUESTED,
        precision="day",
        item_id=line.item_id,
        site_id=line.site_id,
        quantity_milli=line.quantity_milli,
        document=line.document(common["source"]),
        line_id=line.line_id(common["source"]),
        name=line.material,
        family=line.family,
        unit=line.unit,
        flags=_FLAG_SEPARATOR.join(line.flags),
    )


def _day_number(day: date | None) -> int | None:
    return None if day is None else day_number(day)
