"""The proof on a lake that agrees, and on the same lake after somebody changed numbers in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compaction_jobs.gold_facts import job as gold_facts
from compaction_jobs.lake import Lake
from compaction_jobs.quality.result import read_result
from compaction_jobs.reconcile.job import STAGES, reconcile
from compaction_jobs.reconcile.report import holds, publish
from compaction_jobs.stages import Stages
from operations.artifacts import ArtifactStore
from operations.proof import in_words
from tests.integration.lake_on_disk import (
    MOVEMENTS,
    RAW_DAYS,
    REQUISITIONS,
    LakeOnDisk,
    Row,
    shared_spark,
)
from tests.integration.reconciled_lake import (
    KEYS,
    tamper,
    write_calendar,
    write_histories,
    write_requisitions,
    write_transfer,
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
Report = dict[str, Any]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> LakeOnDisk:
    lake = LakeOnDisk(tmp_path_factory.mktemp("lake"))
    write_histories(lake)
    write_requisitions(lake)
    write_transfer(lake)
    write_calendar(lake)
    return lake


@pytest.fixture(scope="module")
def report(lake: LakeOnDisk) -> Report:
    """Return the report on the lake as it was written."""
    opened = Lake(lake.root)
    gold_facts.run(shared_spark(), opened, Stages(gold_facts.STAGES))
    report = reconcile(shared_spark(), opened, Stages(STAGES))
    file = lake.root / "report.json"
    publish(shared_spark(), opened, report, file=file, made_at=datetime(2025, 6, 30, tzinfo=UTC))
    written: Report = json.loads(file.read_text(encoding="utf-8"))
    return written


def test_the_fold_of_the_domain_and_the_ledger_in_sql_agree_on_random_histories(
    report: Report,
) -> None:
    found = report["reconciliation"]
    assert found == {"keys": 2 * KEYS + 2, "differences": 0, "keys_behind": 0, "details": []}


def test_every_raw_coordinate_is_one_of_silver_duplicate_and_dead_letter(report: Report) -> None:
    assert report["accounting"][REQUISITIONS] == {
        "records": 4,
        "silver": 2,
        "duplicates": 1,
        "dead_letters": 1,
        "unaccounted": 0,
        "gaps": 0,
    }
    assert report["dead_letters"] == {
        "total": 1,
        "by_reason": {"undated": 1},
        "by_topic": {REQUISITIONS: 1},
    }


def test_a_calendar_that_was_published_again_is_a_duplicate_and_one_day(report: Report) -> None:
    accounting = report["accounting"][RAW_DAYS]
    assert (accounting["records"], accounting["silver"], accounting["duplicates"]) == (2, 1, 1)
    assert (accounting["unaccounted"], report["silver"]["calendar_day"]) == (0, 1)


def test_a_transfer_that_arrives_short_conserves_with_its_booked_discrepancy(
    report: Report,
) -> None:
    transfers = report["transfers"]
    assert (transfers["with_discrepancy"], transfers["differences"]) == (1, 0)


def test_gold_is_what_the_ledger_says_at_the_version_it_was_made_from(
    report: Report, lake: LakeOnDisk
) -> None:
    gold = report["gold"]
    assert (gold["differences"], gold["of_this_silver"]) == (0, True)
    assert gold["rows"] == report["gold_rows"]["fact_inventory"] > KEYS
    version = report["made_at_versions"]["silver/stock_fact"]
    assert version == lake.table("silver/stock_fact").version()


def test_events_are_counted_once_however_often_they_are_in_silver(
    report: Report, lake: LakeOnDisk
) -> None:
    rows = lake.rows("silver/stock_fact")
    assert report["silver"]["stock_fact"] == len({row["event_id"] for row in rows}) < len(rows)
    assert report["silver"]["requisition_line"] == 2


def test_the_proof_is_published_with_the_versions_it_was_made_at(
    report: Report, lake: LakeOnDisk
) -> None:
    (row,) = lake.rows("gold/reconciliation")
    assert row["holds"] is holds(report) is True
    assert dict(row["versions"]) == report["made_at_versions"]


@pytest.fixture(scope="module")
def spoilt(
    lake: LakeOnDisk, report: Report, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Report]:
    """Return exit code and report of the command on a lake in which numbers were changed."""
    assert report["reconciliation"]["differences"] == 0
    folder = tmp_path_factory.mktemp("spoilt")
    copy = LakeOnDisk(folder / "lake", dict(lake._next))
    shutil.copytree(lake.root, copy.root)
    tamper(copy)
    file = folder / "report.json"
    ended = subprocess.run(
        [sys.executable, "-m", "compaction_jobs", "--lake", copy.root, "--report", file],
        env={**os.environ, "SPARK_JARS": os.pathsep.join(map(str, ArtifactStore().paths("spark")))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert file.exists(), ended.stdout + ended.stderr
    # The checkpoint follows the proof, whatever that found.
    assert read_result(copy.root) is not None
    return ended.returncode, json.loads(file.read_text(encoding="utf-8"))


def test_the_command_ends_with_1_when_anything_differs(spoilt: tuple[int, Report]) -> None:
    assert spoilt[0] == 1


def test_a_tampered_position_is_named_by_key_numbers_and_first_event(
    spoilt: tuple[int, Report],
) -> None:
    found = spoilt[1]["reconciliation"]
    assert found["differences"] == 3
    named = [row for row in found["details"] if row["item_id"] == "spoilt"]
    assert named == [
        {
            "item_id": "spoilt",
            "site_id": "S",
            "field": field,
            "stream": 4_001,
            "ledger": 6_000,
            "first_differing_event_id": "lost",
        }
        for field in ("on_hand_milli", "position_milli")
    ]


def test_nova_verify_says_it_by_the_same_names(spoilt: tuple[int, Report], report: Report) -> None:
    assert next(in_words(report, holds=True)) == "proof holds:"
    said = "\n".join(in_words(spoilt[1], holds=False))
    assert said.startswith("proof DOES NOT HOLD:\n")
    numbers = "on_hand_milli is 4001 in the stream, 6000 in the ledger"
    assert f"  - spoilt at S: {numbers}, first at the fact lost" in said


def test_an_order_that_a_position_must_not_count_on_is_named(spoilt: tuple[int, Report]) -> None:
    details = spoilt[1]["reconciliation"]["details"]
    named = [row for row in details if row["item_id"] == "hopeful"]
    assert [row["field"] for row in named] == ["on_order_milli", "position_milli"]
    assert {(row["stream"], row["ledger"]) for row in named} == {(9_000, 0)}
    assert {row["first_differing_event_id"] for row in named} == {"far"}


def test_a_key_that_the_worker_passed_by_is_named(spoilt: tuple[int, Report]) -> None:
    (row,) = (r for r in spoilt[1]["reconciliation"]["details"] if r["item_id"] == "unseen")
    assert (row["field"], row["stream"], row["ledger"]) == ("facts", 0, 1)
    assert row["first_differing_event_id"] == "passed"


def test_a_fact_of_the_workers_current_batch_is_work_to_come_and_no_difference(
    spoilt: tuple[int, Report],
) -> None:
    found = spoilt[1]["reconciliation"]
    assert found["keys_behind"] == 1
    assert "behind" not in {row["item_id"] for row in found["details"]}


def test_a_raw_record_that_went_nowhere_is_named(spoilt: tuple[int, Report]) -> None:
    report = spoilt[1]
    assert report["accounting"][MOVEMENTS]["unaccounted"] == 1
    (row,) = (each for each in report["unaccounted"] if each["topic"] == MOVEMENTS)
    assert (row["partition"], row["event_id"]) == (0, "nowhere")
    (day,) = (each for each in report["unaccounted"] if each["topic"] == RAW_DAYS)
    assert (day["partition"], day["offset"], day["event_id"]) == (0, 2, "no day")


def test_a_line_without_the_fact_that_it_owes_is_named(spoilt: tuple[int, Report]) -> None:
    report = spoilt[1]
    assert report["accounting"][REQUISITIONS]["unaccounted"] == 1
    (row,) = (each for each in report["unaccounted"] if each["topic"] == REQUISITIONS)
    assert row["event_id"] == "half"


def test_an_offset_that_bronze_skipped_is_counted(spoilt: tuple[int, Report]) -> None:
    assert spoilt[1]["accounting"][MOVEMENTS]["gaps"] == 1


def test_an_out_leg_that_was_not_announced_does_not_conserve(spoilt: tuple[int, Report]) -> None:
    (row,) = spoilt[1]["transfers"]["details"]
    assert (row["transfer_id"], row["out_milli"], row["announced_milli"]) == ("T2", 7_000, 0)


def test_a_tampered_row_of_gold_is_named_by_key_day_and_numbers(
    spoilt: tuple[int, Report],
) -> None:
    expected: Row = {
        "item_id": "move",
        "site_id": "B",
        "date": "2025-06-04",
        "field": "on_hand_end_milli",
        "gold": 1,
        "ledger": 4_000,
    }
    assert spoilt[1]["gold"]["details"] == [expected]


def test_the_incremental_run_brought_the_new_facts_into_gold(spoilt: tuple[int, Report]) -> None:
    assert spoilt[1]["gold"]["differences"] == 1
