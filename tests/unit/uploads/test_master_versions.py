"""Items and sites in a file: versions, of which one instant has but one."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.uploads import UploadKind
from tests.fakes.uploads import Broker, line_of, sheet


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


@pytest.mark.parametrize(
    ("kind", "column", "changed"),
    [
        (UploadKind.ITEMS, "item_id", {"unit_cost_brl": "9"}),
        (UploadKind.SITES, "site_id", {"response_hours": "9"}),
    ],
)
def test_a_master_with_two_contents_in_one_file_keeps_the_first(
    broker: Broker, tmp_path: Path, kind: UploadKind, column: str, changed: dict[str, str]
):
    lines = [line_of(kind), line_of(kind), line_of(kind, **changed)]
    upload = broker.intake.receive(kind, sheet(tmp_path / "a.csv", kind, *lines))
    assert (upload.accepted, upload.rejected) == (2, 1)
    [refused] = broker.store.rejections(upload.upload_id)
    assert (refused.row, refused.column, refused.reason) == (4, column, "two_versions")

    later = broker.intake.receive(kind, sheet(tmp_path / "b.csv", kind, line_of(kind, **changed)))
    assert (later.accepted, later.rejected) == (1, 0)
