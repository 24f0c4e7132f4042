"""A CSV in, its rows out; what cannot be told apart for certain is refused."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from adapters.spreadsheets.headers import column_letter
from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.pitfalls import Pitfalls
from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError

Row = Sequence[object]

_HEAD_ROWS = 20
_DELIMITERS = (",", ";", "\t")
# Windows' own is what a spreadsheet program means by Latin-1; some bytes have no letter in it.
_ENCODINGS = {"utf-8-sig": "", "cp1252": "Latin-1 (Windows-1252)", "latin-1": "Latin-1"}


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A CSV."""

    path: Path
    layout: Layout
    encoding: str
    delimiter: str
    notices: Sequence[str] = field(default=())
    name: str = ""

    def rows(self) -> Iterator[Row]:
        """Yield the rows while the file is read.

        Raises:
            RefusedFileError: a row cannot be told from the next.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            try:
                for number, row in enumerate(reader, start=1):
                    self._require_whole(row, number)
                    yield row
            except csv.Error as error:
                raise self._broken(number + 1, error) from error

    def require_width(self, row: Row, number: int, width: int) -> None:
        """Check that a row has no more cells than the header.

        Raises:
            RefusedFileError: it has, so some of its cells stand in the wrong column.
        """
        if any(str(cell).strip() for cell in row[width:]):
            msg = (
                f"{self.path.name}, row {number}: {len(row)} cells where the header has {width}; "
                f'a cell with "{self.delimiter}" in it must stand in quotation marks'
            )
            raise RefusedFileError(FileRefusal.ROW_TOO_WIDE, msg)

    def is_short(self, row: Row, width: int) -> bool:
        """Whether a row has fewer cells than the header."""
        return len(row) < width

    def pitfalls(self) -> Pitfalls:
        """Return none: a CSV is what it says."""
        return Pitfalls()

    def headers_seen(self) -> int:
        """Return how many headers stand in one row near the top, read with this delimiter."""
        most = 0
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            try:
                for row in islice(csv.reader(file, delimiter=self.delimiter), _HEAD_ROWS):
                    most = max(most, self.layout.recognised(row))
            except csv.Error:
                return most  # whoever reads it all will say what is wrong
        return most

    @property
    def _separators(self) -> int:
        """Return how many separators a whole line has at least."""
        return len(self.layout.headers) - len(self.layout.optional) - 1

    def _require_whole(self, row: Sequence[str], number: int) -> None:
        for index, cell in enumerate(row):
            if "\x00" in cell:
                msg = (
                    f"{self.path.name}, row {number}, column {column_letter(index)}: a NUL byte; "
                    "the file is damaged: export it again"
                )
                raise RefusedFileError(FileRefusal.DAMAGED, msg)
            if "\n" in cell and cell.count(self.delimiter) >= self._separators:
                msg = (
                    f"{self.path.name}, row {number}, column {column_letter(index)}: a quotation "
                    "mark opens here and closes lines later, so whole lines lie between; write "
                    'it twice ("") or leave it out'
                )
                raise RefusedFileError(FileRefusal.QUOTATION, msg)

    def _broken(self, number: int, error: csv.Error) -> RefusedFileError:
        unclosed = "unexpected end" in str(error) or "field larger" in str(error)
        what = "a quotation mark opens and is never closed" if unclosed else str(error)
        return RefusedFileError(FileRefusal.QUOTATION, f"{self.path.name}, row {number}: {what}")


def text_sheet(path: Path, layout: Layout) -> TextSheet:
    """Return a file's text as a sheet, its encoding and delimiter told by its content.

    Raises:
        RefusedFileError: it is no text that can be read for certain.
    """
    encoding = next(each for each in _ENCODINGS if _first_wrong_byte(path, each) is None)
    sheet = _likeliest(path, layout, encoding)
    if _likeliest(path, layout, "utf-8-sig").headers_seen() > sheet.headers_seen():
        line = _first_wrong_byte(path, "utf-8-sig")
        msg = f"{path.name}, line {line}: UTF-8, but not here; the file is damaged: export it again"
        raise RefusedFileError(FileRefusal.DAMAGED, msg)
    return sheet


def _likeliest(path: Path, layout: Layout, encoding: str) -> TextSheet:
    said = _ENCODINGS[encoding]
    notices = (f"{path.name}: not UTF-8, read as {said}",) if said else ()
    candidates = [
        TextSheet(path, layout, encoding, delimiter, notices) for delimiter in _DELIMITERS
    ]
    return max(candidates, key=TextSheet.headers_seen)


def _first_wrong_byte(path: Path, encoding: str) -> int | None:
    """Return the line of the first byte that is none of the encoding's, None where all are."""
    with path.open("rb") as file:
        for line, content in enumerate(file, start=1):
            try:
                content.decode(encoding)
            except UnicodeDecodeError:
                return line
    return None
