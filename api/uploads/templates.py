"""A kind of file in, an empty file of that kind out: its header, and nothing to delete."""

from __future__ import annotations

import io
from enum import StrEnum

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from schemas.uploads import COLUMNS, UploadKind

_BOM = "\ufeff"  # without it spreadsheet programs read accents wrongly
_TEXT_ROWS = 500
_WIDTH = 22


class Format(StrEnum):
    """In which a template can be had."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def template(kind: UploadKind, format_: Format) -> bytes:
    """Return an empty file with the headers of its kind."""
    if format_ is Format.CSV:
        header = ";".join(column.name for column in COLUMNS[kind])
        return f"{_BOM}{header}\r\n".encode()
    return _workbook(kind)


def _workbook(kind: UploadKind) -> bytes:
    """Return a workbook whose text columns are text: a code keeps the zeros it begins with."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = kind
    help_ = book.create_sheet("ajuda")
    help_.append(["coluna", "obrigatória", "o que é", "what it is"])
    for index, column in enumerate(COLUMNS[kind], start=1):
        cell = sheet.cell(1, index, column.name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTH
        if not column.number:
            for row in range(2, _TEXT_ROWS + 2):
                sheet.cell(row, index).number_format = "@"
        help_.append([column.name, "não" if column.optional else "sim", *column.note])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
