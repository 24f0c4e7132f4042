"""A requisition export in, its lines out as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.spreadsheets import Layout, Notify, Survey, lines_of
from adapters.spreadsheets import survey as survey_table
from schemas.requisition_columns import HEADERS
from schemas.requisition_export import RawLine

_EXPORT = Layout("requisition export", HEADERS, numbers=("quantity",))


def survey(path: Path) -> Survey:
    """Return what is needed to read an export, after one pass over it.

    Raises:
        RefusedFileError: as for `adapters.spreadsheets.survey`.
    """
    return survey_table(path, _EXPORT)


def count_lines(path: Path) -> int:
    """Return how many lines `read_requisitions` will yield.

    Raises:
        RefusedFileError: as for `survey`.
    """
    return survey(path).lines


def read_requisitions(path: Path, notify: Notify | None = None) -> Iterator[RawLine]:
    """Return the lines of a file in its order; the file is checked before the first is read.

    Args:
        path: an XLSX or a CSV with the ERP's own headers.
        notify: is told what a person should know of how the file is read.

    Raises:
        RefusedFileError: as for `survey`.
    """
    found = survey(path)
    if notify is not None:
        for notice in found.notices:
            notify(notice)
    return raw_lines(path, found)


def raw_lines(path: Path, found: Survey) -> Iterator[RawLine]:
    """Yield the lines of a file that has been surveyed.

    Raises:
        RefusedFileError: it is not that file any more.
    """
    for line in lines_of(path, found):
        yield RawLine(
            cells=tuple(line.cells[name] for name in HEADERS),
            decimal_sign=found.decimal_sign,
            file=path.name,
            sheet=found.sheet,
            row=line.row,
        )
