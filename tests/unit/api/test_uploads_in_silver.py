"""Masters and services never are facts of one item at one site: silver accounts for them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from adapters.uploads import Published
from api.read_model import ReadModel
from api.uploads.accounting import accounted
from api.uploads.silver import Silver
from tests.unit.api.read_model_rows import NOW, ReadModelRows

ITEM = Published(2, "item-1", "010825", "raw.item.v1", 0, 7)
SERVICE = Published(3, "line-1", "SRV|BA", "raw.requisition-line.v1", 2, 9)


def silver(
    lake: Path, table: str, *rows: tuple[str, str, int, int], is_service: bool = True
) -> None:
    names = ("event_id", "raw_topic", "raw_partition", "raw_offset")
    content = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    recorded = pa.array([NOW] * len(rows), pa.timestamp("us", "UTC"))
    content = content.append_column("recorded_at", recorded)
    if table == "requisition_line":
        content = content.append_column("is_service", pa.array([is_service] * len(rows)))
    write_deltalake(str(lake / "silver" / table), content, mode="append")


@pytest.fixture
def read_model(tmp_path: Path) -> ReadModel:
    ReadModelRows(tmp_path / "live_view.sqlite")
    return ReadModel(tmp_path / "live_view.sqlite")


def outcomes(model: ReadModel, lake: Path | None, *lines: Published) -> dict[int, str | None]:
    with model.snapshot() as read:
        return {
            each.row: each.outcome for each in accounted(read, Silver(lake), lines, received_at=NOW)
        }


def test_nothing_is_accounted_for_before_silver_is_there(read_model: ReadModel, tmp_path: Path):
    assert outcomes(read_model, None, ITEM, SERVICE) == {}
    assert outcomes(read_model, tmp_path, ITEM, SERVICE) == {}


def test_a_row_with_the_coordinates_says_applied_and_with_others_duplicate(
    read_model: ReadModel, tmp_path: Path
):
    broadcast = [("item-1", "raw.item.v1", 0, 7)] * 6
    silver(tmp_path, "stock_fact", *broadcast, ("other", "raw.item.v1", 0, 8))
    assert outcomes(read_model, tmp_path, ITEM, SERVICE) == {2: "applied"}

    silver(tmp_path, "requisition_line", ("line-1", "raw.requisition-line.v1", 2, 4))
    assert outcomes(read_model, tmp_path, ITEM, SERVICE) == {2: "applied", 3: "duplicate"}


def test_a_line_of_goods_is_accounted_for_by_its_fact_alone(read_model: ReadModel, tmp_path: Path):
    at = ("line-1", "raw.requisition-line.v1", 2, 9)
    silver(tmp_path, "requisition_line", at, is_service=False)
    assert outcomes(read_model, tmp_path, SERVICE) == {}
