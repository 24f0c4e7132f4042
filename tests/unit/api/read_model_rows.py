"""A read model as `sinks.live_view` would leave it, made from its schema file alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from domain.instants import HOUR, SECOND

SCHEMA = Path(__file__).resolve().parents[3] / "sinks" / "live_view" / "schema.sql"
NOW = 1_753_000_000 * SECOND
"""2025-07-20 08:26:40 UTC."""

Value = str | int | float | None

_POSITION: dict[str, Value] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "caused_by": "fact-1",
    "occurred_at": NOW - HOUR,
    "log_partition": 3,
    "log_offset": 184_223,
    "on_hand_milli": 1_500,
    "on_order_milli": 0,
    "in_transit_milli": 2_000,
    "reserved_milli": 500,
    "position_milli": 3_000,
    "reorder_point_milli": 4_000,
    "order_up_to_milli": 9_000,
    "safety_stock_milli": 1_200,
    "demand_mean_per_day": 0.25,
    "lead_time_days": 12.0,
    "p_stockout": 0.71,
    "days_to_stockout_p10": 2.0,
    "days_to_stockout_p50": 4.0,
    "days_to_stockout_p90": 9.5,
    "at_risk_brl": 61_200.5,
    "pool_id": "BA-01",
    "unit": "UN",
    "name": "RETIFICADOR 48V",
    "region": "BA",
    "action": "buy",
    "buy_quantity_milli": 6_000,
    "buy_by": 20_300,
    "below_reorder_point": 1,
    "alert_id": None,
    "flags": "",
    "item_version": "item-fact",
    "site_version": "site-fact",
    "rule_version": "1",
    "forecast_version": None,
    "facts": 42,
    "next_look_at": None,
    "published_at": NOW - 93_000,
}
_ESTIMATE: dict[str, Value] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "caused_by": "fact-1",
    "occurred_at": NOW - HOUR,
    "log_partition": 3,
    "log_offset": 184_223,
    "model": "river-ew-0.06 + statsforecast-tsb-0.1-0.05",
    "mean_per_week": 1.75,
    "variance_per_week": 3.5,
    "weeks": 20,
    "observations": 31,
    "forecast_version": "20250720-5f0c7c2fa1b2",
    "prior_weeks": 8.0,
    "published_at": NOW - 93_000,
}
_ALERT: dict[str, Value] = {
    "alert_id": "alert-1",
    "event_id": "transition-1",
    "transition": "opened",
    "state": "opened",
    "caused_by": "fact-1",
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "occurred_at": NOW - HOUR,
    "log_partition": 3,
    "log_offset": 184_223,
    "opened_at": NOW - HOUR,
    "crossing_event_id": "fact-1",
    "crossing_offset": 184_201,
    "respond_by": NOW + 3 * HOUR,
    "rule_version": "1",
    "on_hand_milli": 1_000,
    "position_milli": 1_000,
    "reorder_point_milli": 3_000,
    "p_stockout": 0.71,
    "days_to_stockout_p10": 2.0,
    "days_to_stockout_p50": 4.0,
    "days_to_stockout_p90": 6.0,
    "action": "transfer",
    "quantity_milli": 2_000,
    "by": 20_290,
    "from_site": "NC001",
    "substitute_item": None,
    "seen": "NC001=3@184100",
    "unit": "UN",
    "name": "RETIFICADOR 48V",
    "at_risk_brl": 61_200.5,
    "message": "RETIFICADOR 48V falta em BAJSS002-3 em 2 a 6 dias. Transferir 2 UN de NC001.",
    "published_at": NOW - 93_000,
}
_FACT: dict[str, Value] = {
    "item_id": "010825",
    "site_id": "BAJSS002-3",
    "event_id": "fact-1",
    "kind": "issued",
    "occurred_at": NOW - HOUR,
    "recorded_at": NOW - HOUR + SECOND,
    "source": "wms",
    "corrects": None,
    "upload_id": None,
    "precision": "instant",
    "quantity_milli": 2_000,
    "document": "104217",
    "line": "1",
    "line_id": None,
    "transfer_id": None,
    "counterpart_site_id": None,
    "order_id": None,
    "due_on": None,
    "cancelled": 0,
    "unit": None,
    "flags": "",
    "raw_topic": "raw.stock-movement.v1",
    "raw_partition": 0,
    "raw_offset": 9_120,
    "log_partition": 3,
    "log_offset": 184_223,
    "published_at": NOW - HOUR + 2 * SECOND,
}
_OF_A_TRANSITION = (
    "event_id", "alert_id", "transition", "state", "caused_by", "item_id", "site_id",
    "occurred_at", "log_partition", "log_offset", "position_milli", "at_risk_brl", "action",
    "message", "published_at",
)  # fmt: skip


class ReadModelRows:
    """Writes rows into a read model; every field that a test does not name has a default."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(SCHEMA.read_text(encoding="utf-8"))

    def position(self, **fields: Value) -> None:
        """Add or replace the position of one item at one site."""
        self._put("position", _POSITION | fields)

    def estimate(self, **fields: Value) -> None:
        """Add or replace what is known of the demand of one item at one site."""
        self._put("demand_estimate", _ESTIMATE | fields)

    def alert(self, **fields: Value) -> None:
        """Add or replace an alert, and note the transition that led to this state."""
        row = _ALERT | fields
        self._put("alert", row)
        self._put("alert_transition", {name: row[name] for name in _OF_A_TRANSITION})

    def fact(self, **fields: Value) -> None:
        """Add a fact."""
        self._put("fact", _FACT | fields)

    def dead_letter(self, **fields: Value) -> None:
        """Add a dead letter."""
        row: dict[str, Value] = {
            "source_topic": "raw.stock-movement.v1",
            "source_partition": 0,
            "source_offset": 0,
            "reason": "invalid_quantity",
            "detail": "'abc'",
            "item_id": "010825",
            "site_id": "BAJSS002-3",
            "published_at": NOW,
        }
        self._put("dead_letter", row | fields)

    def read_up_to(self, topic: str, *, partition: int = 0, next_offset: int = 0) -> None:
        """Say how far a partition has been read."""
        row: dict[str, Value] = {
            "topic": topic,
            "topic_id": "topic-id",
            "partition": partition,
            "next_offset": next_offset,
        }
        self._put("offset", row)

    def freshness(self, topic: str, **fields: Value) -> None:
        """Say how fresh a topic is."""
        row: dict[str, Value] = {
            "topic": topic,
            "newest_record_at": NOW - 2 * SECOND,
            "newest_event_at": NOW - HOUR,
            "seen_at": NOW - 2 * SECOND + 40_000,
            "records": 10,
        }
        self._put("freshness", row | fields)

    def rebuild(self) -> None:
        """Make the read model another filling, as deleting the file and reading anew does."""
        with self._open() as database, database:
            database.execute("UPDATE filling SET filling_id = lower(hex(randomblob(6)))")

    def _put(self, table: str, row: Mapping[str, Value]) -> None:
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f":{name}" for name in row)
        with self._open() as database, database:
            database.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})", row)

    def _open(self) -> closing[sqlite3.Connection]:
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA synchronous = OFF")  # the machine will not lose power
        return closing(connection)
