"""Purchase orders: what one status leaves outstanding."""

from __future__ import annotations

import pytest

from tests.unit.cleaning.raw_records import ORDERS, fact, order, refusal

STATUSES = ["placed", "rescheduled", "partially_received", "received", "cancelled"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_becomes_a_fact_of_its_kind(status: str) -> None:
    found = fact(ORDERS, order(status=status))
    assert found["kind"] == f"order_{status}"
    assert (found["order_id"], found["line"], found["due_on"]) == ("PO-1", "1", 20_030)
    assert found["quantity_milli"] == 9000


def test_an_order_may_leave_nothing_outstanding() -> None:
    assert fact(ORDERS, order(status="received", quantity_milli=0))["quantity_milli"] == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "lost"}, "unknown_type"),
        ({"quantity_milli": -1}, "invalid_quantity"),
        ({"order_id": ""}, "invalid_key"),
        ({"line": " "}, "invalid_key"),
        ({"due_on": 0}, "invalid_date"),
        ({"due_on": 2**31 - 1}, "invalid_date"),
    ],
)
def test_a_broken_rule_is_a_dead_letter_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    assert refusal(ORDERS, order(**changes)) == reason
