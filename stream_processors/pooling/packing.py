"""A pool's stock of one item ↔ the bytes of the table and its changelog."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import fastavro

from domain.pooling import ItemPool, Promise, SiteStock

_SCHEMA = fastavro.parse_schema(
    json.loads((Path(__file__).parent / "pool_state.avsc").read_text(encoding="utf-8"))
)
_STOCK_FIELDS = [each.name for each in fields(SiteStock)]


@dataclass(frozen=True, slots=True)
class PoolState:
    """One item in one pool, and how far the log has been folded into it."""

    pool: ItemPool = field(default_factory=ItemPool)
    folded_through: int = -1


def pack(state: PoolState) -> bytes:
    """Return a state as bytes."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, _SCHEMA, _record(state))
    return out.getvalue()


def unpack(packed: bytes) -> PoolState:
    """Return the state in bytes that `pack` made."""
    record: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(packed), _SCHEMA, None)
    stocks = {each["site_id"]: SiteStock(**each) for each in record["stocks"]}
    promises = {
        each["alert_id"]: Promise(each["from_site"], each["quantity_milli"])
        for each in record["promises"]
    }
    return PoolState(ItemPool(stocks, promises), record["folded_through"])


def _record(state: PoolState) -> dict[str, Any]:
    return {
        "folded_through": state.folded_through,
        "stocks": [
            {name: getattr(stock, name) for name in _STOCK_FIELDS}
            for stock in state.pool.stocks.values()
        ],
        "promises": [
            {
                "alert_id": alert_id,
                "from_site": promise.from_site,
                "quantity_milli": promise.quantity_milli,
            }
            for alert_id, promise in state.pool.promises.items()
        ],
    }
