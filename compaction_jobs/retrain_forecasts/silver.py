"""Silver in, the demand of every key out. Plain Arrow: there is no need to start a JVM for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from compaction_jobs.lake import Lake
from domain.errors import ConfigurationError
from domain.facts import FactKind
from domain.instants import from_datetime
from domain.stock.corrections import live_entries
from domain.stock.demand import exposed_demand
from domain.stock.ledger import Entry, reference_of, tells_on_hand

FACTS, LINES = "silver/stock_fact", "silver/requisition_line"
UNKNOWN_FAMILY, UNKNOWN_REGION = "SEM FAMÍLIA", ""
_TELLING = [kind.value for kind in FactKind if tells_on_hand(Entry("", kind, 0, 0, 1))]
_DEMANDED = [FactKind.REQUESTED.value, FactKind.ISSUED.value]
_COLUMNS = [
    "item_id", "site_id", "event_id", "kind", "occurred_at", "recorded_at", "quantity_milli",
    "document", "line", "line_id", "transfer_id", "counterpart_site_id", "corrects", "cancelled",
    "_partition", "_offset",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyDemand:
    """What was asked for of one item at one site, and since when that would have been seen."""

    item_id: str
    site_id: str
    since: int
    demands: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """All that a forecast is made from. Nothing in it depends on the order of silver's rows.

    Attributes:
        now: the newest tick: the data's own time.
        version: of `silver/stock_fact`, for the record.
        keys: in the order of item and site.
        families: by item.
        units: by item.
        regions: the states (UF) of sites.
    """

    now: int
    version: int
    keys: tuple[KeyDemand, ...]
    families: dict[str, str]
    units: dict[str, str]
    regions: dict[str, str]


def read_demand(lake: Lake, *, history_days: float) -> Demand:
    """Return the demand as `domain.stock.demand` sees it; services never become facts.

    Raises:
        ConfigurationError: there is no silver, or no tick in it that says what time it is.
    """
    snapshot = lake.require(FACTS)
    table = DeltaTable(str(snapshot.path), version=snapshot.version)
    now = _newest_tick(table)
    masters = _masters(table)
    lines = _latest_lines(lake)
    families = {**lines["family"], **masters["item", "family"]}
    return Demand(
        now=now,
        version=snapshot.version,
        keys=tuple(_keys(table, now=now, history_days=history_days)),
        families=families,
        units={**lines["unit"], **masters["item", "unit"]},
        regions=masters["site", "region"],
    )


def _newest_tick(table: DeltaTable) -> int:
    ticks = _rows(table, ["occurred_at"], pc.field("kind") == FactKind.TICK.value)
    newest = pc.max(ticks["occurred_at"]).as_py()
    if newest is None:
        msg = f"{table.table_uri} holds no tick: nothing says what time it is in the data"
        raise ConfigurationError(msg)
    return from_datetime(newest)


def _masters(table: DeltaTable) -> dict[tuple[str, str], dict[str, str]]:
    kinds = [FactKind.ITEM_CHANGED.value, FactKind.SITE_CHANGED.value]
    columns = ["recorded_at", "event_id", "item_id", "site_id", "family", "unit", "region"]
    found: dict[tuple[str, str], dict[str, str]] = {
        ("item", "family"): {}, ("item", "unit"): {}, ("site", "region"): {},
    }  # fmt: skip
    # Of several versions the newest is met last, as `domain.stock.masters` has it.
    for row in _in_order(_rows(table, columns, pc.field("kind").isin(kinds)), columns[:2]):
        for (subject, field), values in found.items():
            name = row[f"{subject}_id"]
            if name is not None and row[field] is not None:
                values[name] = row[field]
    return found


def _latest_lines(lake: Lake) -> dict[str, dict[str, str]]:
    """Return family and unit of items by their newest requisition line: not all have a master."""
    found: dict[str, dict[str, str]] = {"family": {}, "unit": {}}
    snapshot = lake.find(LINES)
    if snapshot is None:
        return found
    table = DeltaTable(str(snapshot.path), version=snapshot.version)
    columns = ["recorded_at", "event_id", "item_id", "family", "unit"]
    for row in _in_order(_rows(table, columns, ~pc.field("is_service")), columns[:2]):
        for field, values in found.items():
            if row[field]:
                values[row["item_id"]] = row[field]
    return found


def _keys(table: DeltaTable, *, now: int, history_days: float) -> Iterator[KeyDemand]:
    # A correction may be of another kind than what it corrects; what it replaces must go.
    told = pc.field("kind").isin([*_DEMANDED, *_TELLING]) | pc.field("corrects").is_valid()
    keyed = pc.field("item_id").is_valid() & pc.field("site_id").is_valid()
    rows = _in_order(
        _rows(table, _COLUMNS, told & keyed), ["item_id", "site_id", "_partition", "_offset"]
    )
    for (item_id, site_id), of_key in groupby(rows, lambda row: (row["item_id"], row["site_id"])):
        live = live_entries(_entries(of_key))
        demands, since = exposed_demand(live, now=now, horizon_days=history_days)
        yield KeyDemand(item_id, site_id, since, tuple(demands))


def _entries(rows: Iterable[dict[str, Any]]) -> list[Entry]:
    """Return distinct facts in canonical order; the first of two with one id stands."""
    found: dict[str, Entry] = {}
    for row in rows:
        found.setdefault(
            row["event_id"],
            Entry(
                event_id=row["event_id"],
                kind=FactKind(row["kind"]),
                occurred_at=from_datetime(row["occurred_at"]),
                recorded_at=from_datetime(row["recorded_at"]),
                quantity_milli=row["quantity_milli"] or 0,
                document=row["document"] or "",
                line=row["line"] or "",
                reference=reference_of(
                    FactKind(row["kind"]),
                    line_id=row["line_id"],
                    transfer_id=row["transfer_id"],
                    order_id=None,
                ),
                counterpart=row["counterpart_site_id"],
                corrects=row["corrects"],
                cancelled=row["cancelled"],
            ),
        )
    return sorted(found.values(), key=lambda entry: (entry.occurred_at, entry.event_id))


def _rows(table: DeltaTable, columns: list[str], wanted: Any) -> pa.Table:
    return table.to_pyarrow_dataset().to_table(columns=columns, filter=wanted)


def _in_order(rows: pa.Table, by: list[str]) -> Iterator[dict[str, Any]]:
    ordered = rows.sort_by([(name, "ascending") for name in by])
    for batch in ordered.to_batches(max_chunksize=50_000):
        yield from batch.to_pylist()
