"""What readers of gold follow, and what the next run starts from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from compaction_jobs.gold_facts.manifest import Manifest, read_manifest, write_manifest
from compaction_jobs.gold_facts.progress import Progress, progress_of, recorded_progress
from compaction_jobs.lake import Lake, Snapshot

PROGRESS = Progress(version=7, table_id="silver-1", ledger="digest", offsets={0: 41, 5: 3})
MANIFEST = Manifest(tables={"fact_inventory": 2, "dim_item": 1}, silver=PROGRESS)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    (tmp_path / "gold").mkdir()
    return Lake(tmp_path)


def test_there_is_no_manifest_before_the_first_run(lake: Lake) -> None:
    assert read_manifest(lake) is None
    assert recorded_progress(lake, "gold/fact_inventory") is None


def test_a_manifest_is_read_as_it_was_written(lake: Lake) -> None:
    write_manifest(lake, MANIFEST)
    assert read_manifest(lake) == MANIFEST


def test_a_manifest_that_says_the_same_is_left_alone(lake: Lake) -> None:
    write_manifest(lake, MANIFEST)
    inode = lake.path("gold/manifest.json").stat().st_ino
    write_manifest(lake, MANIFEST)
    assert lake.path("gold/manifest.json").stat().st_ino == inode


def test_a_new_manifest_replaces_the_old_one_and_leaves_nothing_beside_it(lake: Lake) -> None:
    write_manifest(lake, MANIFEST)
    newer = replace(MANIFEST, tables={"fact_inventory": 3, "dim_item": 1})
    write_manifest(lake, newer)
    assert read_manifest(lake) == newer
    assert [path.name for path in lake.path("gold").iterdir()] == ["manifest.json"]


def test_progress_survives_being_commit_metadata() -> None:
    assert progress_of(json.loads(PROGRESS.to_json())) == PROGRESS


@pytest.mark.parametrize(
    ("table_id", "ledger", "covered"),
    [("silver-1", "digest", True), ("silver-2", "digest", False), ("silver-1", "newer", False)],
)
def test_progress_in_another_table_or_by_other_queries_covers_nothing(
    table_id: str, ledger: str, *, covered: bool
) -> None:
    silver = Snapshot("silver/stock_fact", Path("lake"), version=9, table_id=table_id)
    assert PROGRESS.covers(silver, ledger) is covered
