"""A requisition export in, its lines out as they stand; the file is streamed, never held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from domain.errors import ConfigurationError
from producers.erp_requisitions.cells import as_text
from producers.erp_requisitions.decimal_sign import DecimalSign
from producers.erp_requisitions.headers import columns, recognised
from producers.erp_requisitions.lines import RawLine
from producers.erp_requisitions.sheets import Sheet, sheets
from producers.erp_requisitions.table import Table
from producers.erp_requisitions.text_sheet import Row
from producers.erp_requisitions.unchanged import Stamp
from schemas.requisition_rules import FIELDS

_HEAD_ROWS = 20  # above the header there may be a title and the day of the export

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a file found.

    Attributes:
        table: where its lines are.
        lines: rows with anything in them.
        notices: what a person should know of how the file is read.
        stamp: of the file that was surveyed.
    """

    table: Table
    decimal_sign: str
    lines: int
    notices: Sequence[str]
    stamp: Stamp


def survey(path: Path) -> Survey:
    """Return what is needed to read a file, after one pass over it.

    Raises:
        ConfigurationError: one sentence that names the file, and where it can row and column:
            no file, no spreadsheet, no such header, no lines, a row that cannot be told from
            the next, two decimal signs, or a file that is still being written.
    """
    stamp = Stamp.of(path)
    found = sheets(path)
    sheet, header_row, header = _header(path, found)
    where = f"{path.name}, sheet {sheet.name}" if sheet.name else path.name
    table = Table(sheet, columns(header, where=f"{where}, row {header_row}"), header_row)
    sign, lines, short = DecimalSign(), 0, list[int]()
    width = len(header)
    for number, row, cells in table.lines():
        lines += 1
        sheet.require_width(row, number, width)
        if sheet.is_short(row, width):
            short.append(number)
        quantity = cells["quantity"]
        if isinstance(quantity, str):
            sign.see(quantity, number)
    if lines == 0:
        msg = f"{where}: there is no line below the header in row {header_row}"
        raise ConfigurationError(msg)
    notices = [*sheet.notices, *table.notices(where, short)]
    if len(found) > 1:
        notices.append(f"{path.name}: of {len(found)} sheets, only {sheet.name!r} is read")
    stamp.require(path)
    return Survey(table, sign.decided(where=where), lines, notices, stamp)


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
    """Yield the lines of a file that has been surveyed.

    Raises:
        ConfigurationError: it is not that file any more; noticed before the first line, or
            after the last.
    """
    found.stamp.require(path)
    sign = found.decimal_sign
    for row, _, cells in found.table.lines():
        yield RawLine(
            cells=tuple(as_text(cells[field], sign) for field in FIELDS),
            decimal_sign=sign,
            file=path.name,
            sheet=found.table.sheet.name,
            row=row,
        )
    found.stamp.require(path)


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
