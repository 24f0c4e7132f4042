"""The cells of one requisition line in, a typed and normalised line out, or the reason why not.

The one reading of the ERP's export: cleaning refuses by it, the simulator derives its items
and sites by it. Not the reading of files: see `producers.erp_requisitions`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from domain.errors import RejectedEventError
from domain.identity import stable_id
from domain.instants import start_of_day
from domain.quantities import parse_quantity_milli
from domain.rejection import Rejection

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
DEFAULT_UNIT = "UN"
SERVICE_UNIT = "SR"

# Spellings of one unit. A package of unknown content (CX, CJ, GL) is a unit of its own.
_UNIT_VARIANTS = {
    "MT": "M",
    "MTS": "M",
    "METRO": "M",
    "M²": "M2",
    "MT2": "M2",
    "M³": "M3",
    "MT3": "M3",
    "LT": "L",
    "LTS": "L",
    "KGS": "KG",
    "UND": "UN",
    "UNID": "UN",
    "PC": "UN",
    "PÇ": "UN",
    "PCS": "UN",
    "PR": "PAR",
    "PARES": "PAR",
    "SV": SERVICE_UNIT,
    "SERV": SERVICE_UNIT,
}
_FIRST_YEAR, _LAST_YEAR = 2023, 2027
_LONGEST_LAG_DAYS = 400
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}.*)?")
_BRAZILIAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}.*)?")


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
    """One requisition line, typed and normalised; at least one of its dates is known."""

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

    def line_id(self, source: str) -> str:
        """Return the identity of the line across its exports: its dates are no part of it."""
        return stable_id(
            source,
            "line",
            self.requisition,
            self.item_id,
            self.site_id,
            self.supplier,
            str(self.quantity_milli),
        )

    def _dates(self) -> Iterator[date]:
        dates = (self.requisitioned_on, self.requested_on, self.purchased_on)
        return (day for day in dates if day is not None)


def parse_line(record: Mapping[str, object]) -> ParsedLine:
    """Return the line that a raw record's cells mean.

    Args:
        record: a `raw.requisition-line.v1` record; only cells and `decimal_sign` are read.

    Raises:
        RejectedEventError: `invalid_date`, `undated`, `missing_item`, `invalid_key` or
            `invalid_quantity`; the detail names the header and the row.
    """
    dates = {name: _date(record, name) for name in DATE_FIELDS}
    if not any(dates.values()):
        raise RejectedEventError(Rejection.UNDATED, f"{_row(record)}no date in any column")
    item_id, depot = _code(record, "item"), _code(record, "depot")
    if item_id is None:
        detail = f"{_row(record)}{HEADERS['item']} is empty"
        raise RejectedEventError(Rejection.MISSING_ITEM, detail)
    requisition, written_unit = _text(record, "requisition"), _text(record, "unit")
    unit, family = normalise_unit(written_unit), normalise_text(_text(record, "family")).upper()
    flags = {
        Flag.MISSING_DEPOT: depot is None,
        Flag.MISSING_REQUISITION: requisition is None,
        Flag.PURCHASE_BEFORE_REQUEST: _purchased_before_request(dates),
        Flag.DATE_OUT_OF_RANGE: _out_of_range(dates),
        Flag.UNIT_VARIANT: written_unit is not None and unit != written_unit,
        Flag.MISSING_UNIT: written_unit is None,
    }
    return ParsedLine(
        requisition=requisition or "",
        item_id=item_id,
        site_id=depot or MISSING_DEPOT,
        material=normalise_text(_text(record, "material")),
        family=family,
        supplier=normalise_text(_text(record, "supplier")).upper(),
        quantity_milli=_quantity(record),
        unit=unit,
        requested_on=dates["requested_on"],
        requisitioned_on=dates["requisitioned_on"],
        purchased_on=dates["purchased_on"],
        is_service=is_service(unit, family),
        flags=tuple(flag for flag, holds in flags.items() if holds),
    )


def instants(record: Mapping[str, object]) -> tuple[int, int]:
    """Return when a line occurred and when it was recorded, (0, 0) where it has no date.

    It occurred on the first date that can be read; it was recorded on the latest of them.
    """
    days = [day for name in DATE_FIELDS if (day := _readable_date(record, name)) is not None]
    if not days:
        return 0, 0
    return start_of_day(days[0]), start_of_day(max(days))


def is_service(unit: str, family: str) -> bool:
    """Return whether a line asks for work, not for a thing that a shelf can hold.

    >>> is_service("UN", "SERVIÇOS TOMADOS"), is_service("SR", "EPI"), is_service("UN", "EPI")
    (True, True, False)
    """
    return unit == SERVICE_UNIT or _unaccented(family.upper()).startswith("SERVICO")


def normalise_unit(written: str | None) -> str:
    """Return the one spelling of a unit.

    >>> [normalise_unit(unit) for unit in ("M³", "mt.", " un ", "CX", None)]
    ['M3', 'M', 'UN', 'CX', 'UN']
    """
    unit = normalise_text(written).upper().rstrip(".")
    return _UNIT_VARIANTS.get(unit, unit) or DEFAULT_UNIT


def normalise_code(written: str | None) -> str | None:
    """Return an item's or a depot's code as the platform writes it, None for an empty one.

    >>> normalise_code(" babnt004 "), normalise_code("   ")
    ('BABNT004', None)
    """
    return normalise_text(written).upper() or None


def normalise_text(written: str | None) -> str:
    """Return a text without outer, repeated or exotic blanks, letters composed (NFC)."""
    return unicodedata.normalize("NFC", " ".join((written or "").split()))


def parse_date(written: str | None) -> date | None:
    """Return a written day, ISO or day/month/year, None for an empty one.

    Raises:
        RejectedEventError: `invalid_date`.

    >>> parse_date("02/12/2024"), parse_date("2024-12-02 00:00:00"), parse_date(" ")
    (datetime.date(2024, 12, 2), datetime.date(2024, 12, 2), None)
    """
    text = (written or "").strip()
    if not text:
        return None
    try:
        if found := _ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
        if found := _BRAZILIAN.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError as error:
        raise RejectedEventError(Rejection.INVALID_DATE, f"{text!r}: {error}") from error
    raise RejectedEventError(Rejection.INVALID_DATE, repr(text))


def _date(record: Mapping[str, object], name: str) -> date | None:
    try:
        return parse_date(_text(record, name))
    except RejectedEventError as error:
        detail = f"{_row(record)}{HEADERS[name]} {error.detail}"
        raise RejectedEventError(error.reason, detail) from error


def _readable_date(record: Mapping[str, object], name: str) -> date | None:
    try:
        return parse_date(_text(record, name))
    except RejectedEventError:
        return None


def _code(record: Mapping[str, object], name: str) -> str | None:
    code = normalise_code(_text(record, name))
    if code is not None and "|" in code:  # it would forge the key item|site
        detail = f"{_row(record)}{HEADERS[name]} {code!r} contains '|'"
        raise RejectedEventError(Rejection.INVALID_KEY, detail)
    return code


def _quantity(record: Mapping[str, object]) -> int:
    where = f"{_row(record)}{HEADERS['quantity']} "
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


def _out_of_range(dates: Mapping[str, date | None]) -> bool:
    known = sorted(day for day in dates.values() if day is not None)
    apart = any((late - early).days > _LONGEST_LAG_DAYS for early, late in pairwise(known))
    return apart or any(not _FIRST_YEAR <= day.year <= _LAST_YEAR for day in known)


def _text(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    return None if value is None else str(value).strip() or None


def _row(record: Mapping[str, object]) -> str:
    row = record.get("row")
    return "" if row is None else f"row {row}: "


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
