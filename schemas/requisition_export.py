"""One line of the ERP's export as the source wrote it, and the raw record that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import RejectedEventError
from domain.facts import fact_key
from domain.identity import stable_id
from domain.quantities import parse_quantity_milli
from schemas.codec import Record
from schemas.requisition_columns import DATE_FIELDS, FIELDS, MISSING_DEPOT
from schemas.requisition_rules import instants
from schemas.spellings import normalise_code, parse_date

TOPIC = "raw.requisition-line.v1"
SOURCE = "erp"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """The cells of one line as text, and where they stand.

    Attributes:
        cells: in the order of `schemas.requisition_columns.FIELDS`; None for an empty cell.
        decimal_sign: "." or ",", decided once for the file.
        row: in the sheet, counted from 1 as a spreadsheet shows it.
    """

    cells: tuple[str | None, ...]
    decimal_sign: str
    file: str
    sheet: str
    row: int

    @property
    def event_id(self) -> str:
        """Depends on what the cells say alone: a repeat is a duplicate, wherever it stands.

        A number or a day is the same in every spelling, so a workbook and a CSV of one export
        agree, and one text that reads as two numbers under two signs gives two ids.
        """
        said = (
            None if cell is None else self._canonical(name, cell.strip())
            for name, cell in zip(FIELDS, self.cells, strict=True)
        )
        return stable_id(SOURCE, "requisition-line", *said)

    @property
    def key(self) -> str:
        """The key that its facts will have, so a line and its facts meet in one partition."""
        cells = dict(zip(FIELDS, self.cells, strict=True))
        item_id = normalise_code(cells["item"]) or ""
        site_id = normalise_code(cells["depot"]) or MISSING_DEPOT
        return fact_key(item_id, site_id)

    def record(self, *, upload_id: str | None = None) -> Record:
        """Return the line as a `raw.requisition-line.v1` record."""
        cells: Record = dict(zip(FIELDS, self.cells, strict=True))
        occurred_at, recorded_at = instants(cells)
        return {
            "event_id": self.event_id,
            "occurred_at": occurred_at,
            "recorded_at": recorded_at,
            "source": SOURCE,
            "corrects": None,
            "upload_id": upload_id,
            **cells,
            "decimal_sign": self.decimal_sign,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
        }

    def _canonical(self, name: str, text: str) -> str:
        if name == "quantity":
            return _quantity(text, self.decimal_sign)
        return _day(text) if name in DATE_FIELDS else text


def _quantity(text: str, decimal_sign: str) -> str:
    try:
        return str(parse_quantity_milli(text, decimal_sign=decimal_sign))
    except RejectedEventError:
        return text + decimal_sign  # no number ends in a sign


def _day(text: str) -> str:
    try:
        day = parse_date(text)
    except RejectedEventError:
        return text
    return text if day is None else day.isoformat()
