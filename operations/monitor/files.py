"""Files that others write in, samples out: components, jobs, the proof, quality, the read model.

A file that is not there yet tells nothing. One that is there and cannot be read is an error:
all of them are replaced as a whole, so nobody sees half of one.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import TransientError
from operations.monitor.board import Sample

_MIB = 2**20
_UNKNOWN = math.nan
_BUSY_SECONDS = 2.0
# The supervisor writes every second while it lives.
_SILENT_SECONDS = 30.0
Source = tuple[Callable[[Path], Iterable[Sample]], Path]
"""How a file becomes samples, and which one."""
OPEN_STATES = ("opened", "acknowledged", "snoozed", "escalated")


def component_samples(status_file: Path, *, now: Callable[[], float]) -> Iterator[Sample]:
    """Return what the supervisor says of each component.

    Raises:
        TransientError: it has not said anything for a while, so what it said is worth nothing.
    """
    if status_file.exists() and (age := now() - status_file.stat().st_mtime) > _SILENT_SECONDS:
        msg = f"{status_file.name} was written {age:.0f} s ago: is there a supervisor?"
        raise TransientError(msg)
    for each in _content(status_file).get("components", ()):
        labels = (each["name"],)
        yield Sample("nova_component_up", float(each["state"] == "ready"), labels)
        yield Sample("nova_component_restarts_total", each["restarts"], labels)
        yield Sample("nova_component_resident_bytes", each["rss_mib"] * _MIB, labels)


def job_samples(schedule_file: Path) -> Iterator[Sample]:
    """Return what the supervisor says of each scheduled job; what has not happened is NaN."""
    for each in _content(schedule_file).get("jobs", ()):
        labels = (each["name"],)
        yield Sample("nova_job_running", float(each["state"] == "running"), labels)
        yield Sample("nova_job_consecutive_failures", each["failures_in_a_row"], labels)
        known = {
            "nova_job_last_exit_code": each["last_exit_code"],
            "nova_job_seconds": each["last_seconds"],
            "nova_job_next_due_timestamp_seconds": _seconds(each["next_due_at"]),
            "nova_job_last_success_timestamp_seconds": _last_success(each),
        }
        for metric, value in known.items():
            yield Sample(metric, _UNKNOWN if value is None else value, labels)


def proof_samples(report_file: Path) -> Iterator[Sample]:
    """Return what the newest proof found; NaN before the first, so that it is missed."""
    report = _content(report_file)
    if not report:
        yield Sample("nova_reconciliation_differences_keys", _UNKNOWN)
        return
    topics = report["accounting"].values()
    differences = (
        report["reconciliation"]["differences"]
        + report["gold"]["differences"]
        + report["transfers"]["differences"]
        + sum(each["unaccounted"] + each["gaps"] for each in topics)
    )
    yield Sample("nova_reconciliation_differences_keys", differences)
    yield Sample("nova_reconciliation_made_timestamp_seconds", report_file.stat().st_mtime)


def quality_samples(quality_file: Path) -> Iterator[Sample]:
    """Return what the newest quality check found, by suite; NaN before the first."""
    result = _content(quality_file)
    if not result:
        yield Sample("nova_quality_failed_expectations", _UNKNOWN, ("",))
    for each in result.get("suites", ()):
        yield Sample("nova_quality_failed_expectations", each["failed"], (each["suite"],))
    made_at = _seconds(result.get("made_at"))
    if made_at is not None:
        yield Sample("nova_quality_made_timestamp_seconds", made_at)


def read_model_samples(live_view: Path) -> Iterator[Sample]:
    """Return what the read model counts: dead letters and open alerts."""
    if not live_view.exists():
        return
    location = f"{live_view.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(location, uri=True, timeout=_BUSY_SECONDS)) as database:
            letters = database.execute("SELECT topic, reason, dead_letters FROM dead_letter_count")
            refused = letters.fetchall()
            alerts = database.execute("SELECT state, count(*) FROM alert GROUP BY state")
            by_state = dict(alerts.fetchall())
    except sqlite3.Error as error:
        msg = f"{live_view.name}: {error}"
        raise TransientError(msg) from error
    for topic, reason, count in refused:
        yield Sample("nova_dead_letters_total", count, (topic, reason))
    for state in OPEN_STATES:
        yield Sample("nova_alerts_open", by_state.get(state, 0), (state,))


def _content(file: Path) -> Mapping[str, Any]:
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        msg = f"{file.name}: {error}"
        raise TransientError(msg) from error
    return content


def _seconds(instant: str | None) -> float | None:
    return None if instant is None else datetime.fromisoformat(instant).timestamp()


def _last_success(job: Mapping[str, Any]) -> float | None:
    """Return when the newest run that went well ended; the history is newest first."""
    ended = (each["ended_at"] for each in job["history"] if each["outcome"] == "ok")
    return _seconds(next(ended, None))
