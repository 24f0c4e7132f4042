"""What a supervisor that was killed left running in a data directory: found and ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psutil

from operations.supervisor.processes import end, end_session, marked
from operations.supervisor.status import ComponentStatus, State, read_status, status_path

_WITHIN_SECONDS = 5.0
# Start times are read from the kernel's clock ticks: the same process always gives the same one.
_SAME_START_SECONDS = 0.05


def end_leftovers(data_dir: Path) -> list[str]:
    """End what still runs there; return the names or pids of what was found.

    Recorded components are recognised by pid and start time, whatever else they started by the
    mark in its environment.
    """
    status = read_status(status_path(data_dir))
    recorded = status.components if status is not None else ()
    found = [each for each in recorded if _is_the_recorded_one(each)]
    for each in found:
        assert each.pid is not None
        end_session(each.pid, within_seconds=_WITHIN_SECONDS)
    rest = marked(str(data_dir.resolve()))
    end(rest, within_seconds=_WITHIN_SECONDS)
    return [each.name for each in found] + [str(pid) for pid in rest]


def told_of_the_last(data_dir: Path) -> str:
    """Return how the last supervisor of a directory ended, "" where that was in order."""
    path = status_path(data_dir)
    status = read_status(path)
    if status is None or status.state in {State.STOPPED, State.FAILED}:
        return ""
    seen = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return (
        f"the supervisor before (pid {status.pid}) ended at {seen:%Y-%m-%d %H:%M:%S} without "
        "stopping the stack: it was killed, or the machine went down"
    )


def _is_the_recorded_one(component: ComponentStatus) -> bool:
    if component.pid is None or component.started_at is None:
        return False
    try:
        started_at = psutil.Process(component.pid).create_time()
    except psutil.Error:
        return False
    return abs(started_at - component.started_at) < _SAME_START_SECONDS
