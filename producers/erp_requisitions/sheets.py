"""A file in, its sheets as rows of cells out: XLSX and CSV look alike from here on."""

from __future__ import annotations

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import openpyxl

from domain.errors import ConfigurationError
from producers.erp_requisitions.headers import recognised

Row = Sequence[object]

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_HEAD_ROWS = 20
_DELIMITERS = (",", ";", "\t")
# What openpyxl, zipfile and the XML parsers let escape of a damaged or locked workbook.
_BROKEN_WORKBOOK = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)


class Sheet(Protocol):
    """One table of a file."""

    @property
    def name(self) -> str:
        """The sheet's name, empty for CSV."""

    @property
    def notices(self) -> Sequence[str]:
        """What a person should know of how it was read."""

    def rows(self) -> Iterator[Row]:
        """Yield its rows from the top, one at a time, blank ones included."""


def sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a file, told by its content, not by its name.

    Raises:
        ConfigurationError: there is no such file, or it is no spreadsheet.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror or error}"
        raise ConfigurationError(msg) from error
    if not head.strip(b"\xef\xbb\xbf\r\n\t ;,"):
        msg = f"{path.name}: the file is empty"
        raise ConfigurationError(msg)
    if head.startswith(_OLD_EXCEL):
        msg = f"{path.name}: an XLS of before 2007; save it as XLSX or CSV"
        raise ConfigurationError(msg)
    if head.startswith(_ZIP):
        return _workbook_sheets(path)
    if b"\x00" in head or head.startswith(b"%PDF"):
        raise _no_spreadsheet(path)
    return [_text_sheet(path)]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of an XLSX: values, not formulae, as last calculated."""

    path: Path
    name: str
    notices: Sequence[str] = field(default=())

    def rows(self) -> Iterator[Row]:
        """Yield the rows while the file is read, without holding the sheet.

        Raises:
            ConfigurationError: the workbook breaks off or holds what no workbook holds.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of styles, which nobody reads here
                book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
                try:
                    sheet = book[self.name]
                    sheet.reset_dimensions()  # some writers declare too few columns
                    yield from sheet.iter_rows(values_only=True)
                finally:
                    book.close()
        except _BROKEN_WORKBOOK as error:
            raise _no_spreadsheet(self.path) from error


@dataclass(frozen=True, slots=True)
class TextSheet:
    """A CSV."""

    path: Path
    encoding: str
    delimiter: str
    notices: Sequence[str] = field(default=())
    name: str = ""

    def rows(self) -> Iterator[Row]:
        """Yield the rows while the file is read.

        Raises:
            ConfigurationError: a row cannot be told from the next.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                yield from reader
            except csv.Error as error:
                msg = f"{self.path.name}, line {reader.line_num}: {error}"
                raise ConfigurationError(msg) from error


def _workbook_sheets(path: Path) -> list[Sheet]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            names = [sheet.title for sheet in book.worksheets]
            book.close()
    except _BROKEN_WORKBOOK as error:
        raise _no_spreadsheet(path) from error
    return [WorkbookSheet(path, name) for name in names]


def _text_sheet(path: Path) -> TextSheet:
    encoding = _encoding(path)
    notices: tuple[str, ...] = ()
    if encoding != "utf-8-sig":
        notices = (f"{path.name}: not UTF-8, read as {encoding}",)
    candidates = [TextSheet(path, encoding, delimiter, notices) for delimiter in _DELIMITERS]
    return max(candidates, key=_headers_seen)


def _headers_seen(sheet: TextSheet) -> int:
    return max((recognised(row) for row in islice(sheet.rows(), _HEAD_ROWS)), default=0)


def _encoding(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        try:
            while file.read(_CHUNK):
                pass
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _no_spreadsheet(path: Path) -> ConfigurationError:
    return ConfigurationError(f"{path.name}: not a spreadsheet; an XLSX or a CSV is needed")
