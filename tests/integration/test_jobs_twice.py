"""Every batch job run twice, as an orchestrator may: the second run changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compaction_jobs.lake import Lake
from compaction_jobs.maintenance.retention import promised_versions
from operations.artifacts import ArtifactStore
from tests.integration.conftest import ROOT
from tests.integration.entry_points import RUNS, report_of
from tests.integration.lake_on_disk import LakeOnDisk
from tests.integration.reconciled_lake import write_requisitions, write_transfer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]

PROOFS = "gold/reconciliation"
Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ran:
    """What each run left, in order."""

    lake: Path
    runs: list[tuple[str, int, Tables]]

    def of(self, job: str) -> list[Tables]:
        return [tables for name, _, tables in self.runs if name == job]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    lake = LakeOnDisk(tmp_path_factory.mktemp("twice") / "lake")
    write_requisitions(lake)
    write_transfer(lake)
    jars = os.pathsep.join(map(str, ArtifactStore().paths("spark")))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.integration.entry_points", lake.root],
        env={**os.environ, "SPARK_JARS": jars},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=270,
        check=False,
    )
    told = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith('{"job": ')]
    assert len(told) == len(RUNS), ended.stdout[-3000:] + ended.stderr[-3000:]
    return Ran(lake.root, [(each["job"], each["code"], each["tables"]) for each in told])


def without_proofs(tables: Tables) -> Tables:
    """Return all tables but the one that each proof adds its row to."""
    return {name: state for name, state in tables.items() if name != PROOFS}


def rows(tables: Tables) -> dict[str, str]:
    return {name: state["checksum"] for name, state in tables.items()}


def test_every_run_ends_well(ran: Ran) -> None:
    assert {code for _, code, _ in ran.runs} == {0}


@pytest.mark.parametrize("job", ["", "maintenance"])
def test_a_second_run_commits_nothing_that_the_first_did_not(ran: Ran, job: str) -> None:
    first, second = ran.of(job)
    assert without_proofs(second) == without_proofs(first)


@pytest.mark.parametrize("job", sorted(set(RUNS) - {"gold_facts"}))
def test_gold_once_made_is_changed_by_no_run_after_it(ran: Ran, job: str) -> None:
    made, *_ = ran.of("gold_facts")
    for tables in ran.of(job):
        assert {name: rows(tables)[name] for name in made} == rows(made)


def test_each_proof_is_one_row_with_its_own_time(ran: Ran) -> None:
    proofs = [tables[PROOFS]["rows"] for _, _, tables in ran.runs if PROOFS in tables]
    assert proofs == [1, 2, 3, 3, 3, 3, 4]


def test_maintenance_leaves_every_row_of_every_layer_and_fewer_files(ran: Ran) -> None:
    (_, before), (_, after) = ran.of(""), ran.of("maintenance")
    assert rows(after) == rows(before)
    assert {name.split("/")[0] for name in after} == {"bronze", "silver", "gold"}
    report = json.loads(report_of(ran.lake, "maintenance").read_text())
    assert {each["table"] for each in report["tables"]} == set(after)
    assert report["tables_failed"] == 0
    # This is the second run: there was nothing left to merge.
    assert report["totals"]["files_compacted"] == 0
    assert report["totals"]["files_after"] == len(after)


def test_gold_goes_on_after_the_maintenance_without_computing_anew(ran: Ran) -> None:
    (_, tended), (_, last) = ran.of("maintenance"), ran.of("gold_facts")
    assert last == tended
    promised = promised_versions(Lake(ran.lake))
    assert promised["gold/fact_inventory"] == last["gold/fact_inventory"]["version"]
