"""What happened in the simulated warehouse in, raw events out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from domain.identity import stable_id
from domain.instants import day_number
from producers.simulated_warehouse.stock_key import StockKey
from producers.timeline import TimedEvent
from schemas.codec import Record

SOURCE = "simulated"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a movement is written on, and what it belongs to."""

    document: str
    line: str
    order_id: str | None = None
    transfer_id: str | None = None
    counterpart_site_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change of stock; `at` is an instant, quantities are thousandths of the unit."""

    key: StockKey
    movement_type: str
    quantity_milli: int
    paper: Paper
    at: int

    def event(self) -> TimedEvent:
        """Return it as a `raw.stock-movement.v1` event."""
        return _event(
            "raw.stock-movement.v1",
            self.key,
            stable_id(SOURCE, "stock-movement", self.paper.document, self.paper.line, None),
            self.at,
            {
                "movement_type": self.movement_type,
                "quantity_milli": self.quantity_milli,
                "precision": "instant",
                **asdict(self.paper),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count, at the end of a day; its document is the counting of that day."""

    key: StockKey
    document: str
    quantity_milli: int
    at: int

    def event(self) -> TimedEvent:
        """Return it as a `raw.stock-count.v1` event."""
        line = str(self.key)
        return _event(
            "raw.stock-count.v1",
            self.key,
            stable_id(SOURCE, "stock-count", self.document, line, None),
            self.at,
            {
                "document": self.document,
                "line": line,
                "quantity_milli": self.quantity_milli,
                "precision": "day",
                "cancelled": False,
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatus:
    """A new status of an order's one line; the quantity is what is still outstanding."""

    key: StockKey
    order_id: str
    status: str
    quantity_milli: int
    due_on: date
    at: int

    def event(self) -> TimedEvent:
        """Return it as a `raw.purchase-order.v1` event."""
        line = "1"
        return _event(
            "raw.purchase-order.v1",
            self.key,
            stable_id(SOURCE, "purchase-order", self.order_id, line, self.status, str(self.at)),
            self.at,
            {
                "order_id": self.order_id,
                "line": line,
                "status": self.status,
                "quantity_milli": self.quantity_milli,
                "due_on": day_number(self.due_on),
            },
        )


def master(topic: str, kind: str, code: str, at: int, content: Record) -> TimedEvent:
    """Return one version of an item or a site; its id depends on all that it says."""
    said = ";".join(f"{name}={content[name]!r}" for name in sorted(content))
    event_id = stable_id(SOURCE, kind, code, str(at), said)
    return TimedEvent(topic, code, _envelope(event_id, at) | content)


def _event(topic: str, key: StockKey, event_id: str, at: int, content: Record) -> TimedEvent:
    of_key = {"item_id": key.item_id, "site_id": key.site_id}
    return TimedEvent(topic, str(key), _envelope(event_id, at) | of_key | content)


def _envelope(event_id: str, at: int) -> Record:
    return {
        "event_id": event_id,
        "occurred_at": at,
        "recorded_at": at,
        "source": SOURCE,
        "corrects": None,
        "upload_id": None,
    }
