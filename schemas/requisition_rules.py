"""The cells of one requisition line in, a typed and normalised line out, or the reason why not.

The one reading of the ERP's export: cleaning refuses by it, the simulator derives its items
and sites by it. Not the reading of files: see `producers.erp_requisitions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.errors import RejectedEventError
from domain.instants import start_of_day
from domain.quantities import parse_quantity_milli
from domain.rejection import Rejection
from schemas.requisition_columns import DATE_FIELDS, FIELDS, HEADERS, MISSING_DEPOT, place
from schemas.requisition_line import CLOCK_TOLERANCE, LONGEST_LAG_DAYS, Flag, ParsedLine
from schemas.spellings import (
    SERVICE_UNIT,
    SHEET_ERRORS,
    normalise_code,
    normalise_text,
    normalise_unit,
    parse_date,
    unaccented,
)

__all__ = [
    "DATE_FIELDS",
    "FIELDS",
    "HEADERS",
    "MISSING_DEPOT",
    "PLAUSIBLE_YEARS",
    "Flag",
    "ParsedLine",
    "instants",
    "is_service",
    "normalise_code",
    "normalise_text",
    "normalise_unit",
    "parse_date",
    "parse_line",
    "place",
]

# What no export can be about; what is merely far from the line's other dates is found by those.
PLAUSIBLE_YEARS = range(2000, 2101)
# Outside of these a date is a typing error that no instant of the platform can hold.
_USABLE_YEARS = range(1970, 2200)
_ARRIVED_LAST = start_of_day(date(_USABLE_YEARS.stop, 1, 1))


def parse_line(record: Mapping[str, object], *, arrived_at: int = _ARRIVED_LAST) -> ParsedLine:
    """Return the line that a raw record's cells mean.

    Args:
        record: a `raw.requisition-line.v1` record; only cells and `decimal_sign` are read.
        arrived_at: when it reached the log; a date ahead of that is flagged.

    Raises:
        RejectedEventError: `invalid_date`, `undated`, `missing_item`, `invalid_key` or
            `invalid_quantity`; the detail names the header and the row.
    """
    written = {name: _date(record, name) for name in DATE_FIELDS}
    dates = {name: day if _is_usable(day) else None for name, day in written.items()}
    if not any(dates.values()):
        columns = [HEADERS[name] + (f" ({day})" if day else "") for name, day in written.items()]
        detail = f"{place(record)}no usable date in {', '.join(columns)}"
        raise RejectedEventError(Rejection.UNDATED, detail)
    item_id, depot = _code(record, "item"), _code(record, "depot")
    if item_id is None:
        detail = f"{place(record)}{HEADERS['item']} is empty"
        raise RejectedEventError(Rejection.MISSING_ITEM, detail)
    requisition, written_unit = _text(record, "requisition"), _text(record, "unit")
    unit, family = normalise_unit(written_unit), _upper(record, "family")
    flags = {
        Flag.MISSING_DEPOT: depot is None,
        Flag.MISSING_REQUISITION: requisition is None,
        Flag.PURCHASE_BEFORE_REQUEST: _purchased_before_request(dates),
        Flag.DATE_OUT_OF_RANGE: dates != written or _out_of_range(dates, arrived_at),
        Flag.UNIT_VARIANT: written_unit is not None and unit != written_unit,
        Flag.MISSING_UNIT: written_unit is None,
    }
    return ParsedLine(
        requisition=requisition or "",
        item_id=item_id,
        site_id=depot or MISSING_DEPOT,
        material=normalise_text(_text(record, "material")),
        family=family,
        supplier=_upper(record, "supplier"),
        quantity_milli=_quantity(record),
        unit=unit,
        requested_on=dates["requested_on"],
        requisitioned_on=dates["requisitioned_on"],
        purchased_on=dates["purchased_on"],
        is_service=is_service(unit, family),
        flags=tuple(flag for flag, holds in flags.items() if holds),
    )


def instants(record: Mapping[str, object]) -> tuple[int, int]:
    """Return what a line says of when it occurred and was recorded, (0, 0) without any date.

    It occurred on the first date that can be used; it was recorded on the latest of them.
    Whoever receives it knows better: see `ParsedLine.instants`.
    """
    days = [
        day
        for name in DATE_FIELDS
        if (day := _readable_date(record, name)) is not None and _is_usable(day)
    ]
    if not days:
        return 0, 0
    return start_of_day(days[0]), start_of_day(max(days))


def is_service(unit: str, family: str) -> bool:
    """Return whether a line asks for work, not for a thing that a shelf can hold.

    >>> is_service("UN", "SERVIÇOS TOMADOS"), is_service("SR", "EPI"), is_service("UN", "EPI")
    (True, True, False)
    """
    words = unaccented(family.upper()).split()
    return unit == SERVICE_UNIT or words[:1] in (["SERV"], ["SERVICO"], ["SERVICOS"])


def _date(record: Mapping[str, object], name: str) -> date | None:
    try:
        return parse_date(_text(record, name))
    except RejectedEventError as error:
        detail = f"{place(record)}{HEADERS[name]} {error.detail}"
        raise RejectedEventError(error.reason, detail) from error


def _readable_date(record: Mapping[str, object], name: str) -> date | None:
    try:
        return parse_date(_text(record, name))
    except RejectedEventError:
        return None


def _is_usable(day: date | None) -> bool:
    return day is not None and day.year in _USABLE_YEARS


def _code(record: Mapping[str, object], name: str) -> str | None:
    code = normalise_code(_text(record, name))
    if code is None:
        return None
    where = f"{place(record)}{HEADERS[name]} {code!r}"
    if "|" in code:  # it would forge the key item|site
        raise RejectedEventError(Rejection.INVALID_KEY, f"{where} contains '|'")
    if code in SHEET_ERRORS:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{where} is a spreadsheet's error")
    return code


def _quantity(record: Mapping[str, object]) -> int:
    where = f"{place(record)}{HEADERS['quantity']} "
    written, sign = _text(record, "quantity"), str(record.get("decimal_sign") or ".")
    try:
        milli = parse_quantity_milli(written, decimal_sign=sign)
    except RejectedEventError as error:
        raise RejectedEventError(error.reason, where + error.detail) from error
    if milli <= 0:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, f"{where}{written!r} is not positive")
    return milli


def _purchased_before_request(dates: Mapping[str, date | None]) -> bool:
    asked, bought = dates["requisitioned_on"], dates["purchased_on"]
    return asked is not None and bought is not None and bought < asked


def _out_of_range(dates: Mapping[str, date | None], arrived_at: int) -> bool:
    known = [day for day in dates.values() if day is not None]
    first, last = min(known), max(known)
    return (
        (last - first).days > LONGEST_LAG_DAYS
        or any(day.year not in PLAUSIBLE_YEARS for day in known)
        or start_of_day(last) > arrived_at + CLOCK_TOLERANCE
    )


def _text(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    return None if value is None else str(value).strip() or None


def _upper(record: Mapping[str, object], name: str) -> str:
    return normalise_code(_text(record, name)) or ""
