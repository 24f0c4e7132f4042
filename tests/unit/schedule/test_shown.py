"""What `nova status` and `nova jobs` show of the schedule's file."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from domain.errors import ConfigurationError
from operations.schedule.book import Book, schedule_path, write_book
from operations.schedule.command import run_job
from operations.schedule.record import JobRecord, JobState, Outcome, Run
from operations.schedule.shown import jobs_table, records_of

FAILED = Run(1_773_064_800_000_000, 1_773_064_812_500_000, Outcome.FAILED, 3)
RECORD = JobRecord("compaction", 1_773_068_400_000_000, JobState.BACKING_OFF, None, 2, (FAILED,))


def test_a_job_is_shown_with_its_last_run_and_its_next_time() -> None:
    console = Console(file=StringIO(), width=80)
    console.print(jobs_table([RECORD, JobRecord("fresh", RECORD.next_due_at)]))
    _, first, second = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # StringIO
    shown = [" ".join(each.split()) for each in (first, second)]
    assert shown == [
        "compaction backing_off 09/03 11:00 12.5 s failed (3) ×2 09/03 12:00",
        "fresh waiting 09/03 12:00",
    ]


def test_without_a_supervisor_no_run_is_under_way(tmp_path: Path) -> None:
    running = JobRecord("compaction", 9, JobState.RUNNING, 5)
    write_book(Book({"compaction": running}), schedule_path(tmp_path))
    assert records_of(tmp_path, running=True) == [running]
    (found,) = records_of(tmp_path, running=False)
    assert found.state is JobState.WAITING
    assert found.history[0].outcome is Outcome.STOPPED


def test_where_no_schedule_has_run_there_are_no_jobs(tmp_path: Path) -> None:
    assert records_of(tmp_path, running=True) == []


def test_a_job_cannot_be_run_without_a_stack(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no schedule runs in"):
        run_job("compaction", tmp_path)
    with pytest.raises(ConfigurationError, match="there is no job dance"):
        run_job("dance", tmp_path)
