"""Rows in, a spreadsheet out: XLSX, or CSV as Brazil writes it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl

from domain.errors import ConfigurationError
from producers.generated_requisitions.rows import Cell, Row
from schemas.requisition_rules import HEADERS

_SHEET = "REQUISIÇÕES GERADAS"
_LABELS = ("gerad", "generated")


def write_file(rows: Sequence[Row], path: Path) -> None:
    """Write rows to a file, in the format that its name ends in.

    Raises:
        ConfigurationError: the name does not say that the content is generated, or ends in
            neither .xlsx nor .csv.
    """
    if not any(label in path.name.lower() for label in _LABELS):
        msg = f"{path.name}: the name must say 'gerado' or 'generated', for the content is"
        raise ConfigurationError(msg)
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix.lower():
        case ".xlsx":
            _write_workbook(rows, path)
        case ".csv":
            _write_text(rows, path)
        case _:
            msg = f"{path.name}: the name must end in .xlsx or .csv"
            raise ConfigurationError(msg)


def _write_workbook(rows: Sequence[Row], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.append(list(HEADERS.values()))
    for row in rows:
        sheet.append(row.cells())
    book.save(path)


def _write_text(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS.values())
        writer.writerows([_brazilian(cell) for cell in row.cells()] for row in rows)


def _brazilian(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case date():
            return f"{cell:%d/%m/%Y}"
        case float():
            return f"{cell:.2f}".replace(".", ",")
        case _:
            return str(cell)
