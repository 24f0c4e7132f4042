"""What the demo says at its end is what stands then, as the console shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.demo.live import open_alerts
from tests.unit.api.read_model_rows import ReadModelRows


@pytest.fixture
def rows(tmp_path: Path) -> ReadModelRows:
    return ReadModelRows(tmp_path / "live_view.sqlite")


def alerted(rows: ReadModelRows, item: str, **position: float | str | None) -> None:
    rows.alert(alert_id=f"alert-{item}", item_id=item, event_id=item, action="buy", at_risk_brl=900)
    rows.position(item_id=item, alert_id=f"alert-{item}", **position)


def test_open_alerts_are_ranked_by_what_is_at_risk_now(rows: ReadModelRows) -> None:
    alerted(rows, "A", at_risk_brl=10)
    alerted(rows, "B", at_risk_brl=20)
    found = open_alerts(rows.path, 5)
    assert (found.count, found.below) == (2, 2)
    assert [each.at_risk_brl for each in found.urgent] == [20, 10]
    assert [each.at_risk_brl for each in open_alerts(rows.path, 1).urgent] == [20]


def test_what_is_back_at_its_reorder_point_is_counted_and_not_named(rows: ReadModelRows) -> None:
    alerted(rows, "A", below_reorder_point=0, action="none")
    found = open_alerts(rows.path, 5)
    assert (found.count, found.below, found.urgent) == (1, 0, [])


def test_the_sentence_is_about_the_stock_of_now(rows: ReadModelRows) -> None:
    alerted(
        rows, "A", on_hand_milli=2_000, position_milli=2_000, reorder_point_milli=4_000,
        buy_quantity_milli=6_000, buy_by=20_300,
    )  # fmt: skip
    (urgent,) = open_alerts(rows.path, 5).urgent
    assert urgent.message.endswith(
        "Estoque 2 UN, posição 2 UN, ponto de pedido 4 UN. Comprar 6 UN até 31/07/2025."
    )


def test_the_advice_of_the_pool_holds_while_the_alert_is_open(rows: ReadModelRows) -> None:
    rows.alert()
    rows.position(alert_id="alert-1")
    (urgent,) = open_alerts(rows.path, 5).urgent
    assert urgent.message.endswith("Transferir 2 UN de NC001.")


def test_where_nothing_is_open_nothing_is_counted(rows: ReadModelRows) -> None:
    rows.alert(state="recovered")
    rows.position()
    found = open_alerts(rows.path, 5)
    assert (found.count, found.below, found.urgent) == (0, 0, [])
