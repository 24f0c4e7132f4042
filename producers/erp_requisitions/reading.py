"""A requisition export in, its lines out as they stand; the file is streamed, never held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from domain.errors import ConfigurationError
from producers.erp_requisitions.cells import as_text
from producers.erp_requisitions.decimal_sign import DecimalSign
from producers.erp_requisitions.headers import columns, recognised
from producers.erp_requisitions.lines import RawLine
from producers.erp_requisitions.sheets import Row, Sheet, sheets
from schemas.requisition_rules import FIELDS

_HEAD_ROWS = 20  # above the header there may be a title and the day of the export

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a file found.

    Attributes:
        columns: field → index of its column.
        header_row: counted from 1.
        lines: rows with anything in them.
        notices: what a person should know of how the file is read.
    """

    sheet: Sheet
    columns: Mapping[str, int]
    header_row: int
    decimal_sign: str
    lines: int
    notices: Sequence[str]


def survey(path: Path) -> Survey:
    """Return what is needed to read a file, after one pass over it.

    Raises:
        ConfigurationError: one sentence that names the file, and where it can row and column:
            no file, no spreadsheet, no such header, no lines, or two decimal signs.
    """
    found = sheets(path)
    sheet, header_row, header = _header(path, found)
    where = f"{path.name}, sheet {sheet.name}" if sheet.name else path.name
    places = columns(header, where=f"{where}, row {header_row}")
    sign, lines = DecimalSign(), 0
    for row, cells in _lines(sheet, places, header_row):
        lines += 1
        quantity = cells["quantity"]
        if isinstance(quantity, str):
            sign.see(quantity, row)
    if lines == 0:
        msg = f"{where}: there is no line below the header in row {header_row}"
        raise ConfigurationError(msg)
    notices = list(sheet.notices)
    if len(found) > 1:
        notices.append(f"{path.name}: of {len(found)} sheets, only {sheet.name!r} is read")
    return Survey(sheet, places, header_row, sign.decided(where=where), lines, notices)


def count_lines(path: Path) -> int:
    """Return how many lines `read_requisitions` will yield.

    Raises:
        ConfigurationError: as for `survey`.
    """
    return survey(path).lines


def read_requisitions(path: Path, notify: Notify | None = None) -> Iterator[RawLine]:
    """Return the lines of a file in its order; the file is checked before the first is read.

    Args:
        path: an XLSX or a CSV with the ERP's own headers.
        notify: is told what a person should know of how the file is read.

    Raises:
        ConfigurationError: as for `survey`.
    """
    found = survey(path)
    if notify is not None:
        for notice in found.notices:
            notify(notice)
    return raw_lines(path, found)


def raw_lines(path: Path, found: Survey) -> Iterator[RawLine]:
    """Yield the lines of a file that has been surveyed."""
    sign = found.decimal_sign
    for row, cells in _lines(found.sheet, found.columns, found.header_row):
        yield RawLine(
            cells=tuple(as_text(cells[field], sign) for field in FIELDS),
            decimal_sign=sign,
            file=path.name,
            sheet=found.sheet.name,
            row=row,
        )


def _lines(
    sheet: Sheet, places: Mapping[str, int], header_row: int
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the number and the cells of each row below the header that is not blank."""
    for number, row in enumerate(sheet.rows(), start=1):
        if number <= header_row:
            continue
        cells = {f: row[at] if at < len(row) else None for f, at in places.items()}
        if any(as_text(cell, ".") is not None for cell in cells.values()):
            yield number, cells


def _header(path: Path, found: Sequence[Sheet]) -> tuple[Sheet, int, Row]:
    """Return the first sheet with the whole header, else the row that comes nearest to it."""
    candidates = [
        (sheet, number, row)
        for sheet in found
        for number, row in enumerate(islice(sheet.rows(), _HEAD_ROWS), start=1)
        if any(as_text(cell, ".") is not None for cell in row)
    ]
    if not candidates:
        msg = f"{path.name}: the file is empty"
        raise ConfigurationError(msg)
    # The first of equals, so the sheet that comes first.
    return max(candidates, key=lambda candidate: recognised(candidate[2]))
