"""A file and a layout in, its lines out as they stand; the file is streamed, never held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from adapters.spreadsheets.cells import as_text
from adapters.spreadsheets.decimal_sign import DecimalSign
from adapters.spreadsheets.headers import columns
from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError
from adapters.spreadsheets.sheets import Sheet, sheets
from adapters.spreadsheets.table import Table
from adapters.spreadsheets.text_sheet import Row
from adapters.spreadsheets.unchanged import Stamp

_HEAD_ROWS = 20  # above the header there may be a title and the day of the export

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a file found.

    Attributes:
        table: where its lines are.
        decimal_sign: "." or ",", decided once for the file.
        lines: rows with anything in them.
        notices: what a person should know of how the file is read.
        stamp: of the file that was surveyed.
    """

    table: Table
    decimal_sign: str
    lines: int
    notices: Sequence[str]
    stamp: Stamp

    @property
    def sheet(self) -> str:
        """The name of the sheet that is read, empty for a CSV."""
        return self.table.sheet.name


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its row as a spreadsheet counts it, and the text of each cell by field."""

    row: int
    cells: dict[str, str | None]


def survey(path: Path, layout: Layout, *, most_lines: int | None = None) -> Survey:
    """Return what is needed to read a file, after one pass over it.

    Raises:
        RefusedFileError: one sentence that names the file, and where it can row and column:
            no file, no spreadsheet, no such header, no lines or too many, a row that cannot be
            told from the next, two decimal signs, or a file that is still being written.
    """
    stamp = Stamp.of(path)
    found = sheets(path, layout)
    sheet, header_row, header = _header(path, found, layout)
    where = f"{path.name}, sheet {sheet.name}" if sheet.name else path.name
    places = columns(header, layout, where=f"{where}, row {header_row}")
    table = Table(sheet, layout, places, header_row)
    sign, lines, short = DecimalSign(), 0, list[int]()
    width = len(header)
    for number, row, cells in table.lines():
        lines += 1
        if most_lines is not None and lines > most_lines:
            msg = f"{where}: more than {most_lines:,} lines; split the file"
            raise RefusedFileError(FileRefusal.TOO_MANY_ROWS, msg)
        sheet.require_width(row, number, width)
        if sheet.is_short(row, width):
            short.append(number)
        for name in layout.numbers:
            written = cells.get(name)
            if isinstance(written, str):
                sign.see(written, number, layout.headers[name])
    if lines == 0:
        msg = f"{where}: there is no line below the header in row {header_row}"
        raise RefusedFileError(FileRefusal.NO_LINES, msg)
    notices = [*sheet.notices, *table.notices(where, short)]
    if len(found) > 1:
        notices.append(f"{path.name}: of {len(found)} sheets, only {sheet.name!r} is read")
    stamp.require(path)
    return Survey(table, sign.decided(where=where), lines, notices, stamp)


def lines_of(path: Path, found: Survey) -> Iterator[Line]:
    """Yield the lines of a file that has been surveyed.

    Raises:
        RefusedFileError: it is not that file any more; noticed before the first line, or
            after the last.
    """
    found.stamp.require(path)
    fields, sign = tuple(found.table.layout.headers), found.decimal_sign
    for row, _, cells in found.table.lines():
        yield Line(row, {name: as_text(cells.get(name), sign) for name in fields})
    found.stamp.require(path)


def _header(path: Path, found: Sequence[Sheet], layout: Layout) -> tuple[Sheet, int, Row]:
    """Return the first sheet with the whole header, else the row that comes nearest to it."""
    candidates = [
        (sheet, number, row)
        for sheet in found
        for number, row in enumerate(islice(sheet.rows(), _HEAD_ROWS), start=1)
        if any(as_text(cell, ".") is not None for cell in row)
    ]
    if not candidates:
        msg = f"{path.name}: the file is empty"
        raise RefusedFileError(FileRefusal.EMPTY, msg)
    # The first of equals, so the sheet that comes first.
    return max(candidates, key=lambda candidate: layout.recognised(candidate[2]))
