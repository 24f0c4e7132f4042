"""Great Expectations on a lake that keeps them all, and on one where every row breaks one."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from compaction_jobs.lake import Lake
from compaction_jobs.quality import STAGES
from compaction_jobs.quality.frames import current_view
from compaction_jobs.quality.job import run
from compaction_jobs.quality.result import Failure, Result, read_result
from compaction_jobs.stages import Stages
from tests.integration.judged_lake import (
    DAMAGES,
    NOW,
    Damage,
    moved,
    write_damages,
    write_good,
)
from tests.integration.lake_on_disk import LakeOnDisk

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

MADE_AT = datetime(2025, 6, 30, tzinfo=UTC)
ELSEWHERE = re.compile(
    r"""(?:src|href|url|action)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE
)


def judge(lake: LakeOnDisk) -> Result:
    return run(Lake(lake.root), Stages(STAGES), made_at=MADE_AT)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> LakeOnDisk:
    lake = LakeOnDisk(tmp_path_factory.mktemp("good"))
    write_good(lake)
    judge(lake)
    return lake


@pytest.fixture(scope="module")
def bad(good: LakeOnDisk, tmp_path_factory: pytest.TempPathFactory) -> LakeOnDisk:
    lake = LakeOnDisk(tmp_path_factory.mktemp("bad") / "lake", dict(good._next))
    shutil.copytree(good.root, lake.root)
    write_damages(lake)
    judge(lake)
    return lake


def result_of(lake: LakeOnDisk) -> Result:
    result = read_result(lake.root)
    assert result is not None
    return result


def failures(lake: LakeOnDisk) -> dict[tuple[str, str], Failure]:
    return {
        (suite.suite, each.expectation): each
        for suite in result_of(lake).suites
        for each in suite.failures
    }


def test_good_data_keeps_every_expectation_odd_as_it_may_be(good: LakeOnDisk) -> None:
    result = result_of(good)
    assert result.success, [each.failures for each in result.suites]
    rows = {each.suite: each.rows for each in result.suites}
    assert rows == {
        "facts": 10, "items": 1, "sites": 2, "requisition_lines": 2, "calendar_days": 2,
    }  # fmt: skip
    assert all(each.expectations > 10 for each in result.suites)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: f"{each.suite}-{each.expectation}")
def test_a_damaged_row_breaks_the_expectation_that_names_the_damage(
    bad: LakeOnDisk, damage: Damage
) -> None:
    found = failures(bad)[damage.suite, damage.expectation]
    assert found.error is None
    assert found.unexpected == (2 if damage.expectation == "event_id_is_unique" else 1)


def test_nothing_fails_that_was_not_damaged(bad: LakeOnDisk) -> None:
    damaged = {(each.suite, each.expectation) for each in DAMAGES}
    assert set(failures(bad)) - damaged == set()
    result = result_of(bad)
    assert (result.success, result.failed) == (False, len(damaged))


def test_the_result_is_one_file_that_says_when_and_of_which_versions(bad: LakeOnDisk) -> None:
    document = json.loads((bad.root / "quality/result.json").read_text(encoding="utf-8"))
    assert document["made_at"] == "2025-06-30T00:00:00+00:00"
    (items,) = [each for each in document["suites"] if each["suite"] == "items"]
    assert items["table"] == "silver/stock_fact"
    assert items["version"] == bad.table("silver/stock_fact").version()
    examples = {each["expectation"]: each["examples"] for each in items["failures"]}
    assert (examples["unit_is_known"], examples["criticality_is_known"]) == (["DÚZIA"], ["D"])


def test_no_page_fetches_anything_from_elsewhere_or_runs_a_script(bad: LakeOnDisk) -> None:
    docs = bad.root / "quality/docs"
    pages = [*docs.rglob("*.html"), *docs.rglob("*.css")]
    assert len(pages) == 12  # a page a suite and a page a run, the index and the style
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert ELSEWHERE.search(text) is None, page
        assert re.search(r"<script|\son\w+=|\sstyle=|<img|@import", text) is None, page


def test_the_pages_lead_from_the_index_to_what_fails(bad: LakeOnDisk) -> None:
    docs = bad.root / "quality/docs"
    index = (docs / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+\.html)"', index)
    assert len(links) == 5
    facts = (docs / links[0]).read_text(encoding="utf-8")
    assert "stolen" in facts
    assert "event_id_is_unique" in index
    for link in re.findall(r'href="([^"#/][^"#]*)"', facts):
        assert ((docs / links[0]).parent / link).exists(), link


def test_a_second_checkpoint_replaces_the_pages_in_one_step_and_keeps_no_old_ones(
    good: LakeOnDisk,
) -> None:
    docs = good.root / "quality/docs"
    first = docs.resolve()
    judge(good)
    second = docs.resolve()
    assert second != first
    assert first.exists()  # somebody may be reading in it
    shutil.rmtree(good.root / "silver/calendar_day")
    without_a_calendar = judge(good)
    assert {path.resolve() for path in docs.parent.glob(".docs-*")} == {second, docs.resolve()}
    assert "calendar_days" not in {each.suite for each in without_a_calendar.suites}


def test_of_a_long_table_only_what_arrived_last_is_looked_at(tmp_path: Path) -> None:
    rows = [moved(f"e{number}") for number in range(5)]
    arrivals = [NOW + timedelta(hours=number) for number in (3, 1, 4, 0, 2)]
    schema = pa.schema([("event_id", pa.string()), ("_timestamp", pa.timestamp("us", "UTC")),
                        ("raw_partition", pa.int32()), ("raw_offset", pa.int64())])  # fmt: skip
    placed = [
        {"event_id": row["event_id"], "_timestamp": arrived, "raw_partition": 0, "raw_offset": 1}
        for row, arrived in zip(rows, arrivals, strict=True)
    ]
    write_deltalake(str(tmp_path / "silver/t"), pa.Table.from_pylist(placed, schema=schema))
    snapshot = Lake(tmp_path).require("silver/t")
    seen = {most: current_view(snapshot, most_rows=most)["event_id"].to_pylist() for most in (2, 9)}
    assert sorted(seen[2]) == ["e0", "e2"]
    assert len(seen[9]) == 5
