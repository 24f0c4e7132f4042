"""The schedule's file in, a table for people out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from domain.messages import local_time
from operations.schedule import plan
from operations.schedule.book import read_book, schedule_path
from operations.schedule.record import JobRecord, JobState, Outcome

_STYLES = {
    JobState.WAITING: "green",
    JobState.RUNNING: "yellow",
    JobState.BACKING_OFF: "red",
    Outcome.OK: "green",
    Outcome.DIFFERS: "red",
    Outcome.FAILED: "red",
    Outcome.STOPPED: "dim",
}


def records_of(data_dir: Path, *, running: bool) -> list[JobRecord]:
    """Return every job of a data directory; without its supervisor, no run is under way.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    records = list(read_book(schedule_path(data_dir)).records.values())
    if running:
        return records
    return [plan.cut_off(each, now=time.time_ns() // 1000) for each in records]


def jobs_table(records: Sequence[JobRecord]) -> Table:
    """Return what `nova status` and `nova jobs list` show; times are São Paulo's."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("job", "state", "last began", "took", "outcome", "next", "failures in a row"):
        table.add_column(heading)
    for each in records:
        last = each.last
        table.add_row(
            each.name,
            Text(each.state, style=_STYLES[each.state]),
            "" if last is None else local_time(last.started_at),
            "" if last is None else f"{last.seconds:.1f} s",
            "" if last is None else Text(_outcome(each), style=_STYLES[last.outcome]),
            local_time(each.next_due_at),
            str(each.failures_in_a_row or ""),
        )
    return table


def _outcome(record: JobRecord) -> str:
    last = record.last
    assert last is not None
    failed = last.outcome is Outcome.FAILED
    return f"{last.outcome} (exit code {last.exit_code})" if failed else str(last.outcome)
