"""Requisition exports and lines made up for tests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import openpyxl

from adapters.spreadsheets import as_text
from producers.erp_requisitions import RawLine
from schemas.requisition_rules import HEADERS

HEADER = list(HEADERS.values())
LINE: list[object] = [
    "BATST001",
    "010001",
    "CABO RF",
    "MATERIAL ELETRICO",
    "FORN-0001",
    10,
    "UN",
    None,
    94001,
    date(2024, 12, 2),
    date(2024, 12, 9),
]
FIRST = date(2025, 1, 6)


def line(**cells: object) -> list[object]:
    """Return a good line with some cells changed."""
    changed = dict(zip(HEADERS, LINE, strict=True)) | cells
    return list(changed.values())


def workbook(path: Path, *rows: Sequence[object]) -> Path:
    """Write an XLSX of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def text(
    path: Path, *rows: Sequence[object], delimiter: str = ";", encoding: str = "utf-8"
) -> Path:
    """Write a CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def raw_line(row: int, *cells: object) -> RawLine:
    """Return a line as it would have been read from a workbook."""
    return RawLine(
        cells=tuple(as_text(cell, ".") for cell in cells),
        decimal_sign=".",
        file="f",
        sheet="",
        row=row,
    )


def asked(
    row: int, item: str, depot: str | None, *, days: int = 0, quantity: float = 1, unit: str = "UN"
) -> RawLine:
    """Return a line that asks for an item so many days after the first."""
    day = FIRST + timedelta(days)
    bought = day + timedelta(5)
    supplier, family = "FORN-1", "EPI"
    return raw_line(
        row, depot, item, f"ITEM {item}", family, supplier, quantity, unit, None, row, day, bought
    )
