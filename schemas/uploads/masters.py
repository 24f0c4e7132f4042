"""The cells of an item or a site in, what its master says out."""

from __future__ import annotations

from schemas.codec import Record
from schemas.regions import STATES
from schemas.spellings import normalise_code, normalise_unit
from schemas.uploads.cells import LONGEST_ID, Cells
from schemas.uploads.reasons import RefusedLineError, RowReason

_SEPARATOR = ";"
_CRITICALITIES = ("A", "B", "C")
_SITE_KINDS = ("tower", "depot")
_MOST_BRL = 1e12
_MOST_DAYS = 3650.0
_MOST_HOURS = 24.0 * _MOST_DAYS


def item_content(cells: Cells) -> Record:
    """Return the fields of `raw.item.v1` that a line says.

    Raises:
        RefusedLineError: a rule is broken.
    """
    return {
        "item_id": cells.code("item_id"),
        "name": cells.name("name"),
        "family": cells.name("family").upper(),
        "unit": normalise_unit(cells.name("unit")),
        "unit_cost_brl": cells.number("unit_cost_brl", least=0, most=_MOST_BRL),
        "lead_time_days": cells.number("lead_time_days", least=0, most=_MOST_DAYS),
        "lead_time_spread_days": cells.number("lead_time_spread_days", least=0, most=_MOST_DAYS),
        "min_order_quantity_milli": cells.quantity("min_order_quantity"),
        "criticality": cells.one_of("criticality", _CRITICALITIES),
        "substitutes": _substitutes(cells),
    }


def site_content(cells: Cells) -> Record:
    """Return the fields of `raw.site.v1` that a line says.

    Raises:
        RefusedLineError: a rule is broken.
    """
    return {
        "site_id": cells.code("site_id"),
        "name": cells.name("name"),
        "site_kind": cells.one_of("kind", _SITE_KINDS),
        "region": cells.one_of("region", STATES),
        "pool_id": cells.identifier("pool_id"),
        "operator": cells.name("operator", may_be_empty=True),
        "contract_value_brl_month": cells.number(
            "contract_value_brl_month", least=0, most=_MOST_BRL
        ),
        "fine_rate": cells.number("fine_rate", least=0, most=1),
        "response_hours": cells.number("response_hours", least=0, most=_MOST_HOURS),
        "latitude": _degrees(cells, "latitude", most=90),
        "longitude": _degrees(cells, "longitude", most=180),
    }


def _substitutes(cells: Cells) -> str:
    codes = [normalise_code(each) for each in cells.text("substitutes").split(_SEPARATOR)]
    for each in codes:
        if each is not None and len(each) > LONGEST_ID:
            raise RefusedLineError(
                RowReason.TOO_LONG, "substitutes", length=len(each), limit=LONGEST_ID
            )
        if each is not None and "|" in each:
            raise RefusedLineError(RowReason.FORBIDDEN_CHARACTER, "substitutes", value=each)
    return _SEPARATOR.join(dict.fromkeys(each for each in codes if each))


def _degrees(cells: Cells, name: str, *, most: float) -> float | None:
    return cells.number(name, least=-most, most=most) if cells.text(name) else None
