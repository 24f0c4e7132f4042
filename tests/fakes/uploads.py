"""Files of every kind that can be uploaded, made up for tests, and an intake without a broker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.kafka.events import EventPublisher
from adapters.uploads import Intake, UploadStore
from schemas.codec import Record
from schemas.uploads import UploadKind, headers
from tests.fakes.decoding import LocalCodecs
from tests.fakes.exports import LINE
from tests.fakes.publisher import InMemoryPublisher

NOW = 1_753_000_000_000_000
"""2025-07-20 08:26:40 UTC."""

GOOD: dict[UploadKind, dict[str, str]] = {
    UploadKind.STOCK_MOVEMENTS: {
        "document": "NF-1", "line": "1", "item_id": "010825", "site_id": "BAJSS002-3",
        "movement_type": "issued", "quantity": "2,5", "occurred_at": "2025-07-01 10:30",
        "recorded_at": "", "transfer_id": "", "counterpart_site_id": "", "order_id": "",
        "corrects": "", "event_id": "",
    },
    UploadKind.STOCK_COUNTS: {
        "document": "INV-1", "line": "1", "item_id": "010825", "site_id": "BAJSS002-3",
        "quantity": "20", "occurred_at": "01/07/2025", "recorded_at": "", "corrects": "",
        "cancelled": "",
    },
    UploadKind.PURCHASE_ORDERS: {
        "order_id": "4512", "line": "1", "item_id": "010825", "site_id": "BAJSS002-3",
        "quantity": "10", "status": "placed", "due_on": "2025-08-01",
        "occurred_at": "2025-07-02", "recorded_at": "",
    },
    UploadKind.ITEMS: {
        "item_id": "010825", "name": "RETIFICADOR 48V", "family": "ENERGIA", "unit": "un",
        "unit_cost_brl": "1250,50", "lead_time_days": "12", "lead_time_spread_days": "3",
        "min_order_quantity": "1", "criticality": "A", "substitutes": "010826",
    },
    UploadKind.SITES: {
        "site_id": "BAJSS002-3", "kind": "tower", "name": "Torre", "region": "BA",
        "pool_id": "BA-01", "operator": "", "contract_value_brl_month": "8000",
        "fine_rate": "0,05", "response_hours": "6", "latitude": "-12,97", "longitude": "",
    },
}  # fmt: skip


def line_of(kind: UploadKind, /, **cells: str) -> list[str]:
    """Return the cells of a good line with some changed."""
    return list((GOOD[kind] | cells).values())


def sheet(
    path: Path, kind: UploadKind, *lines: Sequence[str], delimiter: str = ";", header: bool = True
) -> Path:
    """Write a CSV of one kind."""
    rows = [list(headers(kind).values()), *lines] if header else list(lines)
    quoted = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
    path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    return path


def requisition_line() -> list[str]:
    """Return a line of the ERP's export as text."""
    return ["" if cell is None else str(cell) for cell in LINE]


class Broker:
    """An intake that publishes to memory; each file gets a publisher, as with the real one."""

    def __init__(self, folder: Path) -> None:
        self.store = UploadStore(folder / "store" / "uploads.sqlite")
        self.publishers: list[InMemoryPublisher] = []
        self.now = NOW
        self._codecs = LocalCodecs()
        self.intake = Intake(self.store, self._publisher, lambda: self.now)

    def records(self) -> list[Record]:
        """Return everything that was delivered, decoded."""
        return [
            self._codecs.decode(each.topic, each.value)
            for publisher in self.publishers
            for each in publisher.delivered
        ]

    def _publisher(self) -> EventPublisher:
        self.publishers.append(InMemoryPublisher())
        return EventPublisher(self.publishers[-1], self._codecs)
