"""A log that tests tell records, and the read model that the real sink makes of it."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.telemetry import Readiness
from domain.instants import DAY, HOUR, day_number, from_datetime
from schemas.topics import topics
from sinks.live_view.sink import LiveViewSink, is_read
from sinks.live_view.store import LiveView
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.fakes.records import a_fact, a_position, an_alert

FACTS, POSITIONS, ALERTS = "clean.stock-fact.v1", "state.stock-position.v1", "alert.stockout.v1"
NOW = from_datetime(datetime.now(UTC).replace(microsecond=0))
_READ = [each for each in topics() if is_read(each)]


def ago(days: float) -> int:
    return NOW - round(days * DAY)


class _AfterOneRead(threading.Event):
    """A wish to stop that comes after the sink has read once."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = False

    def is_set(self) -> bool:
        before, self._asked = self._asked, True
        return before


class ToldLog:
    """What happened in the world of a test; every word of it is in the read model at once."""

    def __init__(self, read_model: Path) -> None:
        self.read_model = read_model
        self._codecs = LocalCodecs()
        self._log = InMemoryLog({each.name: 1 for each in _READ})
        self._offset = 0
        self._follow()

    def tell(self, *records: tuple[str, dict[str, Any]]) -> None:
        for topic, record in records:
            value = self._codecs.encode(topic, record)
            self._log.append(topic, value, timestamp_ms=time.time_ns() // 1_000_000)
        self._follow()

    def next_offset(self) -> int:
        self._offset += 1
        return self._offset

    def fact(self, event_id: str, kind: str, days_ago: float, units: float, **fields: Any) -> None:
        at = ago(days_ago)
        given = {"occurred_at": at, "recorded_at": at, "source": "wms", "precision": "instant"}
        raw = {"raw_topic": "raw.stock-movement.v1", "raw_offset": self.next_offset()}
        record = a_fact(
            event_id, kind=kind, quantity_milli=round(units * 1000), **{**given, **raw, **fields}
        )
        self.tell((FACTS, record))

    def position(self, **fields: Any) -> None:
        self.tell((POSITIONS, self._position(fields)))

    def alert(self, alert_id: str, *, transition: str = "opened", **fields: Any) -> None:
        """Tell an alert and the position that it belongs to, in one commit."""
        offset = self.next_offset()
        key = {name: fields[name] for name in ("item_id", "site_id", "name") if name in fields}
        below = transition == "opened"
        position = self._position(
            {**key, "alert_id": alert_id if below else None, "below_reorder_point": below}
        )
        given: dict[str, Any] = {
            "alert_id": alert_id,
            "transition": transition,
            "state": transition,
            "caused_by": "f1",
            "occurred_at": NOW,
            "log_offset": offset,
            "opened_at": ago(0.5),
            "crossing_event_id": "f1",
            "crossing_offset": offset,
            "respond_by": NOW + 4 * HOUR,
            "rule_version": "classical-1",
            "on_hand_milli": 1000,
            "position_milli": 1000,
            "reorder_point_milli": 3000,
            "p_stockout": 0.71,
            "days_to_stockout_p10": 2.0,
            "days_to_stockout_p50": 4.0,
            "days_to_stockout_p90": 6.0,
            "action": "transfer",
            "quantity_milli": 2000,
            "from_site": "NC001",
            "unit": "UN",
            "name": "RETIFICADOR 48 V",
            "at_risk_brl": 61_200.0,
            "message": "RETIFICADOR 48 V em BAJSS002-3: falta em 2–6 dias. Transferir 2 UN.",
        }
        record = an_alert(f"{alert_id}-{transition}", **{**given, **fields})
        self.tell((POSITIONS, position), (ALERTS, record))

    def _position(self, fields: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {
            "occurred_at": NOW,
            "log_offset": self.next_offset(),
            "on_hand_milli": 1000,
            "position_milli": 1000,
            "reorder_point_milli": 3000,
            "order_up_to_milli": 6000,
            "safety_stock_milli": 1400,
            "demand_mean_per_day": 0.2,
            "lead_time_days": 9.0,
            "p_stockout": 0.71,
            "days_to_stockout_p10": 2.0,
            "days_to_stockout_p50": 4.0,
            "days_to_stockout_p90": 6.0,
            "at_risk_brl": 61_200.0,
            "pool_id": "BA",
            "name": "RETIFICADOR 48 V",
            "action": "buy",
            "buy_quantity_milli": 5000,
            "buy_by": day_number(datetime.now(UTC).date() + timedelta(days=2)),
            "below_reorder_point": True,
            "rule_version": "classical-1",
        }
        return a_position("f1", **{**given, **fields})

    def _follow(self) -> None:
        with closing(LiveView(self.read_model)) as view:
            sink = LiveViewSink(
                view,
                _READ,
                self._log,
                self._codecs,
                Readiness(),
                lambda: time.time_ns() // 1000,
            )
            sink.session(_AfterOneRead())
