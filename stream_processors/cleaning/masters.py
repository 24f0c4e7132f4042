"""Versions of items and sites in, the facts that every partition hears out."""

from __future__ import annotations

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.quantities import LARGEST_MILLI
from domain.rejection import Rejection
from schemas.codec import Record
from schemas.requisition_rules import normalise_code, normalise_unit
from stream_processors.cleaning.outputs import fact_outputs
from stream_processors.cleaning.records import CleanOutput, RawRecord
from stream_processors.cleaning.validation import (
    code,
    identifier,
    master_number,
    named,
    one_of,
    provenance,
)

_REASON = Rejection.INVALID_MASTER
_CRITICALITIES = frozenset({"A", "B", "C"})
_SITE_KINDS = frozenset({"tower", "depot"})
_SUBSTITUTE_SEPARATOR = ";"
_MOST_BRL = 1e12
_MOST_DAYS = 3650.0
_MOST_HOURS = 24.0 * _MOST_DAYS


def clean_item(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the item's new version, once a partition.

    Raises:
        RejectedEventError: a rule is broken.
    """
    fact = StockFact(
        **provenance(record, raw),
        kind=FactKind.ITEM_CHANGED,
        item_id=code(record, "item_id"),
        name=named(record, "name", _REASON),
        family=named(record, "family", _REASON),
        unit=normalise_unit(named(record, "unit", _REASON)),
        unit_cost_brl=master_number(record, "unit_cost_brl", least=0, most=_MOST_BRL),
        lead_time_days=master_number(record, "lead_time_days", least=0, most=_MOST_DAYS),
        lead_time_spread_days=master_number(
            record, "lead_time_spread_days", least=0, most=_MOST_DAYS
        ),
        min_order_quantity_milli=_min_order(record),
        criticality=one_of(record, "criticality", _CRITICALITIES, _REASON),
        substitutes=_substitutes(record),
    )
    return fact_outputs(fact, raw)


def clean_site(record: Record, raw: RawRecord) -> list[CleanOutput]:
    """Return the site's new version, once a partition.

    Raises:
        RejectedEventError: a rule is broken.
    """
    fact = StockFact(
        **provenance(record, raw),
        kind=FactKind.SITE_CHANGED,
        site_id=code(record, "site_id"),
        name=named(record, "name", _REASON),
        site_kind=one_of(record, "site_kind", _SITE_KINDS, _REASON),
        region=named(record, "region", _REASON).upper(),
        pool_id=identifier(record, "pool_id"),
        operator=record["operator"].strip(),
        contract_value_brl_month=master_number(
            record, "contract_value_brl_month", least=0, most=_MOST_BRL
        ),
        fine_rate=master_number(record, "fine_rate", least=0, most=1),
        response_hours=master_number(record, "response_hours", least=0, most=_MOST_HOURS),
        latitude=_degrees(record, "latitude", most=90),
        longitude=_degrees(record, "longitude", most=180),
    )
    return fact_outputs(fact, raw)


def _min_order(record: Record) -> int:
    milli: int = record["min_order_quantity_milli"]
    if not 0 <= milli <= LARGEST_MILLI:
        detail = f"min_order_quantity of {milli} thousandths"
        raise RejectedEventError(Rejection.INVALID_MASTER, detail)
    return milli


def _substitutes(record: Record) -> str:
    """Return the substitutes' codes, without repeats and without the item itself."""
    own = normalise_code(record["item_id"])
    texts = record["substitutes"].split(_SUBSTITUTE_SEPARATOR)
    codes = dict.fromkeys(found for text in texts if (found := normalise_code(text)))
    codes.pop(own or "", None)
    return _SUBSTITUTE_SEPARATOR.join(codes)


def _degrees(record: Record, field: str, *, most: float) -> float | None:
    if record[field] is None:
        return None
    return master_number(record, field, least=-most, most=most)
