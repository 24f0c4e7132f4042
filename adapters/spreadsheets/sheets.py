"""A file in, its sheets as rows of cells out: XLSX and CSV look alike from here on."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import openpyxl

from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.pitfalls import Pitfalls, pitfalls
from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError
from adapters.spreadsheets.text_sheet import Row, text_sheet

_ZIP, _OLE, _UTF_16 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 20
_MAGIC_BYTES = 64
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

    def require_width(self, row: Row, number: int, width: int) -> None:
        """Check that a row has no more cells than the header, where that means something."""

    def is_short(self, row: Row, width: int) -> bool:
        """Whether a row has fewer cells than the header, where that means something."""

    def pitfalls(self) -> Pitfalls:
        """Return the places that read as empty though a person sees something there."""


def sheets(path: Path, layout: Layout) -> list[Sheet]:
    """Return the sheets of a file, told by its content, not by its name.

    Raises:
        RefusedFileError: there is no such file, or it is no spreadsheet.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror or error}"
        raise RefusedFileError(FileRefusal.UNREADABLE, msg) from error
    if not head.strip(b"\xef\xbb\xbf\r\n\t ;,"):
        msg = f"{path.name}: the file is empty"
        raise RefusedFileError(FileRefusal.EMPTY, msg)
    if head.startswith(_OLE):
        raise _of_ole(path)
    if head.startswith(_ZIP):
        return _workbook_sheets(path)
    if head.startswith(_UTF_16):
        msg = f"{path.name}: written as UTF-16; save it as CSV UTF-8 or as XLSX"
        raise RefusedFileError(FileRefusal.UTF_16, msg)
    # Further down, a NUL is damage to a text: its row and column can be named.
    if b"\x00" in head[:_MAGIC_BYTES] or head.startswith(b"%PDF"):
        raise _no_spreadsheet(path)
    return [text_sheet(path, layout)]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of an XLSX: values, not formulae, as last calculated."""

    path: Path
    name: str
    notices: Sequence[str] = field(default=())

    def rows(self) -> Iterator[Row]:
        """Yield the rows while the file is read, without holding the sheet.

        Raises:
            RefusedFileError: the workbook breaks off or holds what no workbook holds.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of styles, which nobody reads here
                with self.path.open("rb") as file:
                    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                    sheet = book[self.name]
                    sheet.reset_dimensions()  # some writers declare too few columns
                    yield from sheet.iter_rows(values_only=True)
        except _BROKEN_WORKBOOK as error:
            raise _of_archive(self.path) from error

    def require_width(self, row: Row, number: int, width: int) -> None:
        """Accept any: notes may stand beside a table."""

    def is_short(self, row: Row, width: int) -> bool:  # noqa: ARG002
        """Return False: a workbook leaves out empty cells at the end."""
        return False

    def pitfalls(self) -> Pitfalls:
        """Return what the values alone do not show.

        Raises:
            RefusedFileError: the workbook breaks off or holds what no workbook holds.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                with self.path.open("rb") as file:
                    book = openpyxl.load_workbook(file, read_only=True)
                    part = str(getattr(book[self.name], "_worksheet_path"))  # noqa: B009  (not public)
            return pitfalls(self.path, part)
        except _BROKEN_WORKBOOK as error:
            raise _of_archive(self.path) from error


def _workbook_sheets(path: Path) -> list[Sheet]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            with path.open("rb") as file:  # a path would have to end as openpyxl likes it
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                names = [sheet.title for sheet in book.worksheets]
    except _BROKEN_WORKBOOK as error:
        raise _of_archive(path) from error
    return [WorkbookSheet(path, name) for name in names]


def _of_ole(path: Path) -> RefusedFileError:
    """Return why an OLE file cannot be used: Office keeps old and locked workbooks in one."""
    if _holds(path, "EncryptedPackage".encode("utf-16-le")):
        return RefusedFileError(
            FileRefusal.PASSWORD,
            f"{path.name}: protected by a password; save it without one, as XLSX or CSV",
        )
    return RefusedFileError(
        FileRefusal.OLD_WORKBOOK, f"{path.name}: an XLS of before 2007; save it as XLSX or CSV"
    )


def _of_archive(path: Path) -> RefusedFileError:
    """Return why an archive cannot be used."""
    try:
        with zipfile.ZipFile(path) as archive:
            is_workbook = any(name.startswith("xl/") for name in archive.namelist())
    except _BROKEN_WORKBOOK:
        is_workbook = True
    if is_workbook:
        return RefusedFileError(
            FileRefusal.DAMAGED,
            f"{path.name}: a workbook that breaks off or is damaged; get the whole file again",
        )
    return _no_spreadsheet(path)


def _holds(path: Path, wanted: bytes) -> bool:
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if wanted in before + chunk:
                return True
            before = chunk[-len(wanted) :]
    return False


def _no_spreadsheet(path: Path) -> RefusedFileError:
    return RefusedFileError(
        FileRefusal.NOT_A_SPREADSHEET, f"{path.name}: not a spreadsheet; an XLSX or a CSV is needed"
    )
