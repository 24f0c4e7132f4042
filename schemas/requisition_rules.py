"""The cells of one requisition line in, a typed and normalised line out, or the reason why not.

The one reading of the ERP's export: cleaning refuses by it, the simulator derives its items
and sites by it. Not the reading of files: see `producers.erp_requisitions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import RejectedEventError
from domain.identity import stable_id
from domain.instants import DAY, local_day, start_of_day
from domain.quantities import parse_quantity_milli
from domain.rejection import Rejection
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

# Field of the raw record → header of the ERP's export, in the export's order.
HEADERS: dict[str, str] = {
    "depot": "DEPÓSITO",
    "item": "PRODUTO/SERVIÇO",
    "material": "MATERIAL",
    "family": "FAMÍLIA",
    "supplier": "NOME FORNEC.",
    "quantity": "QUANTIDADE",
    "unit": "U.M.",
    "requested_on": "DATA REQUISITADA",
    "requisition": "SOLICITAÇÃO",
    "requisitioned_on": "DATA SOLICITADO",
    "purchased_on": "DATA DE COMPRA",
}
FIELDS = tuple(HEADERS)
# In the order in which they say when a line was asked for.
DATE_FIELDS = ("requisitioned_on", "requested_on", "purchased_on")

MISSING_DEPOT = "SEM-DEPOSITO"
# What no export can be about; what is merely far from the line's other dates is found by those.
PLAUSIBLE_YEARS = range(2000, 2101)
# Outside of these a date is a typing error that no instant of the platform can hold.
_USABLE_YEARS = range(1970, 2200)
_LONGEST_LAG_DAYS = 400
_ARRIVED_LAST = start_of_day(date(_USABLE_YEARS.stop, 1, 1))
_CLOCK_TOLERANCE = DAY  # of the sender's calendar and the receiver's


class Flag(StrEnum):
    """What is odd about a line that is usable all the same."""

    MISSING_DEPOT = "missing_depot"
    MISSING_REQUISITION = "missing_requisition"
    PURCHASE_BEFORE_REQUEST = "purchase_before_request"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    UNIT_VARIANT = "unit_variant"
    MISSING_UNIT = "missing_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLine:
    """One requisition line, typed and normalised; at least one of its dates is usable.

    A date that is not is None and flagged.
    """

    requisition: str
    item_id: str
    site_id: str
    material: str
    family: str
    supplier: str
    quantity_milli: int
    unit: str
    requested_on: date | None
    requisitioned_on: date | None
    purchased_on: date | None
    is_service: bool
    flags: tuple[Flag, ...]

    @property
    def occurred_on(self) -> date:
        """The day on which it was asked for, as far as the source says."""
        return next(self._dates())

    def instants(self, *, arrived_at: int) -> tuple[int, int]:
        """Return when it occurred and when it was recorded, as whoever received it can know.

        A date ahead of its arrival is mistyped, and so is one long before the others: neither
        says when anything was. What has arrived was asked for by then.
        """
        latest = arrived_at + _CLOCK_TOLERANCE
        told = [at for day in self._dates() if (at := start_of_day(day)) <= latest]
        recorded_at = max(told, default=start_of_day(local_day(arrived_at)))
        earliest = recorded_at - _LONGEST_LAG_DAYS * DAY
        return next((at for at in told if at >= earliest), recorded_at), recorded_at

    def line_id(self, source: str) -> str:
        """Return the identity of the line across its exports: its dates are no part of it.

        Unless it has no number: nothing else would tell one day's line from another's.
        """
        return stable_id(
            source,
            "line",
            self.requisition or self.occurred_on.isoformat(),
            self.item_id,
            self.site_id,
            self.supplier,
            str(self.quantity_milli),
        )

    def document(self, source: str) -> str:
        """Return what the issues that fulfil the line carry too: its number, or one made up."""
        return self.requisition or f"SN-{self.line_id(source)}"

    def _dates(self) -> Iterator[date]:
        dates = (self.requisitioned_on, self.requested_on, self.purchased_on)
        return (day for day in dates if day is not None)


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


def place(record: Mapping[str, object]) -> str:
    """Return where a line stands, to begin a detail with; empty where nobody knows.

    >>> place({"file": "may.csv", "row": 7})
    'may.csv, row 7: '
    """
    row, file = record.get("row"), record.get("file")
    if row is None:
        return ""
    return f"row {row}: " if file is None else f"{file}, row {row}: "


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
        (last - first).days > _LONGEST_LAG_DAYS
        or any(day.year not in PLAUSIBLE_YEARS for day in known)
        or start_of_day(last) > arrived_at + _CLOCK_TOLERANCE
    )


def _text(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    return None if value is None else str(value).strip() or None


def _upper(record: Mapping[str, object], name: str) -> str:
    return normalise_code(_text(record, name)) or ""
