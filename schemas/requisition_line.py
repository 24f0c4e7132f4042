"""One requisition line, typed and normalised: what it says of itself, and of when it was asked for.

Not how its cells are read: see `schemas.requisition_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.identity import stable_id
from domain.instants import DAY, local_day, start_of_day

LONGEST_LAG_DAYS = 400
CLOCK_TOLERANCE = DAY  # of the sender's calendar and the receiver's


class Flag(StrEnum):
    """What is odd about a line that is usable all the same."""

    MISSING_DEPOT = "missing_depot"
    MISSING_REQUISITION = "missing_requisition"
    PURCHASE_BEFORE_REQUEST = "purchase_before_request"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    UNIT_VARIANT = "unit_variant"
    MISSING_UNIT = "missing_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLine:
    """One requisition line, typed and normalised; at least one of its dates is usable.

    A date that is not is None and flagged.
    """

    requisition: str
    item_id: str
    site_id: str
    material: str
    family: str
    supplier: str
    quantity_milli: int
    unit: str
    requested_on: date | None
    requisitioned_on: date | None
    purchased_on: date | None
    is_service: bool
    flags: tuple[Flag, ...]

    @property
    def occurred_on(self) -> date:
        """The day on which it was asked for, as far as the source says."""
        return next(self._dates())

    def instants(self, *, arrived_at: int) -> tuple[int, int]:
        """Return when it occurred and when it was recorded, as whoever received it can know.

        A date ahead of its arrival is mistyped, and so is one long before the others: neither
        says when anything was. What has arrived was asked for by then.
        """
        latest = arrived_at + CLOCK_TOLERANCE
        told = [at for day in self._dates() if (at := start_of_day(day)) <= latest]
        recorded_at = max(told, default=start_of_day(local_day(arrived_at)))
        earliest = recorded_at - LONGEST_LAG_DAYS * DAY
        return next((at for at in told if at >= earliest), recorded_at), recorded_at

    def line_id(self, source: str) -> str:
        """Return the identity of the line across its exports: its dates are no part of it.

        Unless it has no number: nothing else would tell one day's line from another's.
        """
        return stable_id(
            source,
            "line",
            self.requisition or self.occurred_on.isoformat(),
            self.item_id,
            self.site_id,
            self.supplier,
            str(self.quantity_milli),
        )

    def document(self, source: str) -> str:
        """Return what the issues that fulfil the line carry too: its number, or one made up."""
        return self.requisition or f"SN-{self.line_id(source)}"

    def _dates(self) -> Iterator[date]:
        dates = (self.requisitioned_on, self.requested_on, self.purchased_on)
        return (day for day in dates if day is not None)
