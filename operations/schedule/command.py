"""`nova jobs`: what runs by itself, and running it at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.errors import ConfigurationError, PlatformError
from operations.running import supervisor_of
from operations.schedule.book import read_book, schedule_path
from operations.schedule.jobs import job_named
from operations.schedule.record import Outcome, Run
from operations.schedule.shown import jobs_table, records_of
from operations.schedule.wishes import wish
from operations.settings import default_data_dir, typed

jobs_app = typer.Typer(help="What runs by itself, and running it at once.")
_console = Console()
_POLL_SECONDS = 0.2
_EXIT = {Outcome.OK: 0, Outcome.DIFFERS: 1, Outcome.FAILED: 3, Outcome.STOPPED: 3}

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        default_factory=default_data_dir,
        show_default=".nova/data",
        help="Where everything is kept.",
    ),
]


@jobs_app.command("list", epilog="Example: nova jobs list --json | jq '.[].last_outcome'")
def list_jobs(
    data_dir: DataDir,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="With the history of each.")] = False,
) -> None:
    """Show every job: its last run, its outcome and its next time."""
    records = records_of(data_dir, running=supervisor_of(data_dir)[1] is not None)
    if as_json:
        print(json.dumps([each.as_json() for each in records]))
    elif records:
        _console.print(jobs_table(records))
    else:
        start = typed("up", data_dir)
        _console.print(
            f"no schedule has run in {data_dir} yet: start it with {start}", soft_wrap=True
        )


@jobs_app.command("run", epilog="Example: nova jobs run maintenance --wait")
def run_job(
    name: Annotated[str, typer.Argument(help="As `nova jobs list` shows it.")],
    data_dir: DataDir,
    *,
    wait: Annotated[
        bool, typer.Option("--wait", help="Return when it has ended, with its outcome as the code.")
    ] = False,
) -> None:
    """Run one job as soon as no other runs; needs the stack up."""
    job_named(name)
    require_schedule(data_dir)
    asked_at = time.time_ns() // 1000
    wish(schedule_path(data_dir), name)
    if not wait:
        look = typed("status", data_dir)
        _console.print(f"{name} runs as soon as no other job does: see `{look}`", soft_wrap=True)
        return
    run = wait_for_run(data_dir, name, asked_at, lambda: require_schedule(data_dir))
    _console.print(f"{name}: {run.outcome} after {run.seconds:.1f} s")
    raise typer.Exit(_EXIT[run.outcome])


def require_schedule(data_dir: Path) -> None:
    """Check that somebody will see a wish.

    Raises:
        ConfigurationError: no stack with a schedule runs on this data directory.
    """
    status, process = supervisor_of(data_dir)
    names = {each.name for each in status.components} if status is not None else set()
    if process is None or "schedule" not in names:
        msg = f"no schedule runs in {data_dir}: start it with {typed('up', data_dir)}"
        raise ConfigurationError(msg)


def wait_for_run(data_dir: Path, name: str, asked_at: int, waiting: Callable[[], None]) -> Run:
    """Return the first run of a job that began after an instant, once it has ended.

    Raises:
        PlatformError: `waiting`, which is called meanwhile, raised it; or the job is gone.
    """
    while True:
        record = read_book(schedule_path(data_dir)).records.get(name)
        if record is None:
            msg = f"the schedule does not know {name}"
            raise PlatformError(msg)
        began = [each for each in record.history if each.started_at >= asked_at]
        if began:
            return began[-1]
        waiting()
        time.sleep(_POLL_SECONDS)
