"""A small history of three items at a tower and a depot, as files to upload."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.uploads import UploadKind
from tests.fakes.uploads import line_of

MOVEMENTS, COUNTS, ORDERS = (
    UploadKind.STOCK_MOVEMENTS,
    UploadKind.STOCK_COUNTS,
    UploadKind.PURCHASE_ORDERS,
)
ITEMS = ("UP-1", "UP-2", "UP-3")
TOWER, DEPOT = "BAUP-01", "BAUP-02"
_BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)


def at(days: float) -> str:
    return (_BEGAN + timedelta(days=days)).isoformat()


def history() -> dict[UploadKind, list[list[str]]]:
    """Return a small history of three items at a tower and a depot, half of it corrected."""
    counts, moved, orders = [], [], []
    for number, item in enumerate(ITEMS, start=1):
        said = {"item_id": item, "site_id": DEPOT}
        counts.append(
            line_of(COUNTS, document="INV", line=item, quantity="100", occurred_at=at(1), **said)
        )
        for step in range(1, 8):
            kind = "issued" if step % 2 else "returned"
            moved.append(
                line_of(
                    MOVEMENTS,
                    document=f"M-{item}",
                    line=str(step),
                    movement_type=kind,
                    quantity=f"{step},5",
                    occurred_at=at(1 + step),
                    **said,
                )
            )
        wrong = {"document": f"M-{item}", "movement_type": "issued", "occurred_at": at(2)}
        moved.append(
            line_of(MOVEMENTS, **said, **wrong, line="9", quantity="2", corrects=f"M-{item}/1")
        )
        out = {"document": f"T-{item}", "transfer_id": f"T-{item}", "quantity": str(number)}
        moved.append(
            line_of(
                MOVEMENTS,
                line="1",
                movement_type="transferred_out",
                occurred_at=at(10),
                counterpart_site_id=TOWER,
                **said,
                **out,
            )
        )
        if number != 2:  # the second one's is still on its way
            moved.append(
                line_of(
                    MOVEMENTS,
                    line="2",
                    movement_type="transferred_in",
                    occurred_at=at(11),
                    item_id=item,
                    site_id=TOWER,
                    counterpart_site_id=DEPOT,
                    **out,
                )
            )
        orders.append(
            line_of(
                ORDERS,
                order_id=f"P-{item}",
                occurred_at=at(3),
                quantity="7",
                due_on=(datetime.now(UTC) + timedelta(days=3)).date().isoformat(),
                **said,
            )
        )
    masters = {
        UploadKind.ITEMS: [
            line_of(UploadKind.ITEMS, item_id=each, lead_time_days="40") for each in ITEMS
        ],
        UploadKind.SITES: [
            line_of(UploadKind.SITES, site_id=TOWER),
            line_of(UploadKind.SITES, site_id=DEPOT, kind="depot"),
        ],
    }
    return {**masters, COUNTS: counts, MOVEMENTS: moved, ORDERS: orders}
