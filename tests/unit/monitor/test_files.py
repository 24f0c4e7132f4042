"""What the monitor reads out of files that others write."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.errors import TransientError
from operations.monitor.board import Sample
from operations.monitor.files import (
    component_samples,
    job_samples,
    proof_samples,
    quality_samples,
    read_model_samples,
)

components_now = partial(component_samples, now=time.time)
SCHEMA = Path(__file__).resolve().parents[3] / "sinks" / "live_view" / "schema.sql"
OTHERS = (components_now, job_samples, read_model_samples)
CHECKS = (proof_samples, quality_samples)


def written(directory: Path, content: Any) -> Path:
    file = directory / "content.json"
    file.write_text(json.dumps(content))
    return file


def values(samples: Iterable[Sample]) -> dict[tuple[str, ...], float]:
    return {(each.metric, *each.labels): each.value for each in samples}


@pytest.mark.parametrize("samples", OTHERS)
def test_a_file_that_is_not_there_yet_has_no_samples(samples: Any, tmp_path: Path) -> None:
    assert list(samples(tmp_path / "missing")) == []


@pytest.mark.parametrize("samples", CHECKS)
def test_before_the_first_check_what_it_finds_is_not_a_number(samples: Any, tmp_path: Path) -> None:
    (sample,) = samples(tmp_path / "missing")
    assert math.isnan(sample.value)


@pytest.mark.parametrize("samples", [*OTHERS, *CHECKS])
def test_a_file_that_cannot_be_read_is_an_error_and_not_a_calm_day(
    samples: Any, tmp_path: Path
) -> None:
    (tmp_path / "broken").write_text("{ no file of ours")
    with pytest.raises(TransientError, match="broken"):
        list(samples(tmp_path / "broken"))


def test_a_component_is_up_only_when_it_is_ready(tmp_path: Path) -> None:
    stock = {"name": "stock", "state": "ready", "restarts": 2, "rss_mib": 1.5}
    broker = {"name": "broker", "state": "backing_off", "restarts": 0, "rss_mib": 0.0}
    found = values(components_now(written(tmp_path, {"components": [stock, broker]})))
    assert found == {
        ("nova_component_up", "stock"): 1,
        ("nova_component_up", "broker"): 0,
        ("nova_component_restarts_total", "stock"): 2,
        ("nova_component_restarts_total", "broker"): 0,
        ("nova_component_resident_bytes", "stock"): 1_572_864,
        ("nova_component_resident_bytes", "broker"): 0,
    }


def test_what_a_supervisor_said_long_ago_is_worth_nothing(tmp_path: Path) -> None:
    stock = {"name": "stock", "state": "ready", "restarts": 0, "rss_mib": 1.0}
    file = written(tmp_path, {"components": [stock]})
    later = file.stat().st_mtime + 40
    with pytest.raises(TransientError, match="written 40 s ago"):
        list(component_samples(file, now=lambda: later))


def test_a_job_s_last_success_is_found_behind_its_failures(tmp_path: Path) -> None:
    history = [
        {"ended_at": "2026-03-01T12:00:00+00:00", "outcome": "failed"},
        {"ended_at": "2026-03-01T11:00:00+00:00", "outcome": "ok"},
        {"ended_at": "2026-03-01T10:00:00+00:00", "outcome": "ok"},
    ]
    job = {
        "name": "compaction",
        "state": "running",
        "last_exit_code": 3,
        "last_seconds": 12.5,
        "next_due_at": "2026-03-01T13:00:00Z",
        "failures_in_a_row": 1,
        "history": history,
    }
    found = values(job_samples(written(tmp_path, {"jobs": [job]})))
    assert found == {
        ("nova_job_running", "compaction"): 1,
        ("nova_job_consecutive_failures", "compaction"): 1,
        ("nova_job_last_exit_code", "compaction"): 3,
        ("nova_job_seconds", "compaction"): 12.5,
        ("nova_job_next_due_timestamp_seconds", "compaction"): 1_772_370_000,
        ("nova_job_last_success_timestamp_seconds", "compaction"): 1_772_362_800,
    }


def test_a_job_that_has_never_run_says_only_when_it_will(tmp_path: Path) -> None:
    job = {
        "name": "retrain",
        "state": "waiting",
        "last_exit_code": None,
        "last_seconds": None,
        "next_due_at": "2026-03-01T13:00:00Z",
        "failures_in_a_row": 0,
        "history": [],
    }
    found = values(job_samples(written(tmp_path, {"jobs": [job]})))
    assert {name for (name, _), value in found.items() if not math.isnan(value)} == {
        "nova_job_running",
        "nova_job_consecutive_failures",
        "nova_job_next_due_timestamp_seconds",
    }


def test_a_proof_differs_by_everything_that_must_be_zero(tmp_path: Path) -> None:
    report = {
        "accounting": {"raw.item.v1": {"unaccounted": 1, "gaps": 2}},
        "reconciliation": {"differences": 4},
        "gold": {"differences": 8},
        "transfers": {"differences": 16},
    }
    found = values(proof_samples(written(tmp_path, report)))
    assert found["nova_reconciliation_differences_keys",] == 31
    assert found["nova_reconciliation_made_timestamp_seconds",] > 0


def test_a_quality_check_counts_what_failed_by_suite(tmp_path: Path) -> None:
    suites = [{"suite": "items", "failed": 0}, {"suite": "facts", "failed": 3}]
    result = {"made_at": "1970-01-01T00:01:00Z", "success": False, "suites": suites}
    assert values(quality_samples(written(tmp_path, result))) == {
        ("nova_quality_failed_expectations", "items"): 0,
        ("nova_quality_failed_expectations", "facts"): 3,
        ("nova_quality_made_timestamp_seconds",): 60,
    }


def test_the_read_model_counts_dead_letters_by_reason_and_open_alerts_by_state(
    tmp_path: Path,
) -> None:
    file = tmp_path / "live_view.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(SCHEMA.read_text())
        database.executemany(
            "INSERT INTO dead_letter VALUES ('raw.item.v1', 0, ?, 'undated', '', NULL, NULL, 0)",
            [(0,), (1,)],
        )
    found = values(read_model_samples(file))
    assert found["nova_dead_letters_total", "raw.item.v1", "undated"] == 2
    assert found["nova_alerts_open", "opened"] == 0
    assert len(found) == 5
