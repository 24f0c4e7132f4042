"""The schedule's file in, a table for people out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from domain.instants import SAO_PAULO, to_datetime
from operations.schedule import plan
from operations.schedule.book import read_book, schedule_path
from operations.schedule.record import JobRecord, JobState, Outcome, Run

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
    """Return what `nova status` and `nova jobs list` show; times are São Paulo's.

    The heading says so: what stands beside it has the machine's time.
    """
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("job", "state", "last", "took", "outcome", "next (São Paulo)"):
        table.add_column(heading, no_wrap=True)
    for each in records:
        last = each.last
        table.add_row(
            each.name,
            Text(each.state, style=_STYLES[each.state]),
            "" if last is None else _time(last.started_at),
            "" if last is None else f"{last.seconds:.1f} s",
            "" if last is None else Text(_outcome(each, last), style=_STYLES[last.outcome]),
            _time(each.next_due_at),
        )
    return table


def _outcome(record: JobRecord, last: Run) -> str:
    code = f" ({last.exit_code})" if last.outcome is Outcome.FAILED else ""
    times = f" ×{record.failures_in_a_row}" if record.failures_in_a_row > 1 else ""
    return f"{last.outcome}{code}{times}"


def _time(instant: int) -> str:
    return f"{to_datetime(instant).astimezone(SAO_PAULO):%d/%m %H:%M}"
