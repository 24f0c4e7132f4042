"""One line of a generated export, typed as a spreadsheet's cells are."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells in the order of the export's columns."""

    depot: str | None
    item: str
    material: str
    family: str
    supplier: str
    quantity: float
    unit: str
    requested_on: date | None
    requisition: int | None
    requisitioned_on: date | None
    purchased_on: date | None

    def cells(self) -> tuple[Cell, ...]:
        """Return them in that order."""
        return astuple(self)
