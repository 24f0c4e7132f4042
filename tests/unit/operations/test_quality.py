"""What `nova status` says of the newest quality checkpoint."""

from __future__ import annotations

from pathlib import Path

from compaction_jobs.quality.result import Failure, Result, SuiteResult, write_json
from operations.quality import quality_line, quality_of


def suite(name: str, *broken: str) -> SuiteResult:
    failures = tuple(Failure(each, "unit", 1, 9, ("??",), None) for each in broken)
    topic, table = "clean.stock-fact.v1", "silver/stock_fact"
    return SuiteResult(
        name, table, topic, 3, not broken, expectations=5, failed=len(broken), rows=9,
        failures=failures,
    )  # fmt: skip


def written(lake: Path, *suites: SuiteResult) -> Path:
    result = Result("2025-06-30T12:00:00+00:00", suites)
    write_json(result.as_json(), [lake / "quality" / "result.json"])
    return lake


def test_before_the_first_checkpoint_there_is_none(tmp_path: Path) -> None:
    assert quality_of(tmp_path) is None
    assert "no checkpoint yet" in quality_line(tmp_path).plain


def test_silver_as_expected_is_said_in_one_line(tmp_path: Path) -> None:
    lake = written(tmp_path, suite("items"), suite("sites"))
    expected = "quality: 10 expectations at 2025-06-30T12:00:00+00:00, all hold"
    assert quality_line(lake).plain == expected


def test_what_fails_is_named_and_the_rest_counted(tmp_path: Path) -> None:
    lake = written(tmp_path, suite("items", "a", "b"), suite("sites", "c", "d"))
    line = quality_line(lake).plain
    assert line.endswith("4 fail: items.a, items.b, sites.c and 1 more")
    found = quality_of(lake)
    assert found is not None
    assert (found["success"], found["failed"], found["expectations"]) == (False, 4, 10)
    assert found["suites"][0]["failures"][0]["examples"] == ("??",)
