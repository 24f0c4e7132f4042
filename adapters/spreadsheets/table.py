"""A sheet and its header in, the lines below it and what is odd about them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.spreadsheets.cells import as_text
from adapters.spreadsheets.headers import column_letter
from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.sheets import Sheet
from adapters.spreadsheets.text_sheet import Row

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one sheet.

    Attributes:
        columns: field → index of its column.
        header_row: counted from 1.
    """

    sheet: Sheet
    layout: Layout
    columns: Mapping[str, int]
    header_row: int

    def lines(self) -> Iterator[tuple[int, Row, dict[str, object]]]:
        """Yield number, row and cells of each row below the header that is not blank."""
        for number, row in enumerate(self.sheet.rows(), start=1):
            if number <= self.header_row:
                continue
            cells = {f: row[at] if at < len(row) else None for f, at in self.columns.items()}
            if any(as_text(cell, ".") is not None for cell in cells.values()):
                yield number, row, cells

    def notices(self, where: str, short: Sequence[int]) -> Iterator[str]:
        """Yield what reads as empty though a person might think that it is not.

        `short` are the rows with fewer cells than the header.
        """
        if short:
            plural = "s have" if len(short) > 1 else " has"
            yield (
                f"{where}: {len(short)} row{plural} fewer cells than the header, the first is row "
                f"{short[0]}; what is missing counts as empty"
            )
        found = self.sheet.pitfalls()
        names = {index: self.layout.headers[field] for field, index in self.columns.items()}
        formulae = [
            f"row {row}, column {names[column]} ({column_letter(column)})"
            for row, column in found.uncalculated
            if row > self.header_row and column in names
        ]
        if formulae:
            yield (
                f"{where}: cells with a formula that nobody has calculated count as empty: "
                f"{len(formulae):,}, the first in {formulae[0]}; open the file in a spreadsheet "
                "program, save it and start again"
            )
        merged = [area for area, last_row in found.merged if last_row > self.header_row]
        if merged:
            named = ", ".join(merged[:_MOST_NAMED])
            more = f" and {len(merged) - _MOST_NAMED} more" if len(merged) > _MOST_NAMED else ""
            yield (
                f"{where}: merged cells {named}{more}; all but the first cell of each count as "
                "empty: unmerge and fill them if they are not"
            )
