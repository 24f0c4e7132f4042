"""What a job's record becomes: pure functions of the record, the rules and the time.

One run at a time, of all jobs: they share gold. What falls due while something runs is run once
afterwards, however often it fell due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.instants import SECOND
from operations.schedule.cadence import Cadence
from operations.schedule.record import (
    RUNS_KEPT,
    UNSUCCESSFUL,
    JobRecord,
    JobState,
    Outcome,
    Run,
)
from operations.supervisor import BackOff

CONFIGURATION_EXIT = 2


def new(name: str, cadence: Cadence, *, now: int) -> JobRecord:
    """Return the record of a job that has never been seen: it waits for its regular time."""
    return JobRecord(name, cadence.next_after(now))


def resumed(record: JobRecord, cadence: Cadence, *, now: int, settle: int) -> JobRecord:
    """Return what is left of a record after the schedule was away.

    What fell due meanwhile stays due, once, after a while in which a starting machine has
    better things to do. A run that nobody saw the end of was stopped, and begins anew.
    """
    record = cut_off(record, now=now)
    record = replace(record, next_due_at=max(record.next_due_at, now + settle))
    return on_time(record, cadence, now=now)


def cut_off(record: JobRecord, *, now: int) -> JobRecord:
    """Return the record without a run under way: where there was one, it was stopped."""
    if record.state is not JobState.RUNNING or record.started_at is None:
        return record
    return _with_run(record, Outcome.STOPPED, None, now=now, next_due_at=record.started_at)


def on_time(record: JobRecord, cadence: Cadence, *, now: int) -> JobRecord:
    """Return the record due no later than the next regular time.

    It is later where the clock was set back, or where the rule has changed.
    """
    latest = cadence.next_after(now)
    return record if record.next_due_at <= latest else replace(record, next_due_at=latest)


def asked_for(record: JobRecord, *, now: int) -> JobRecord:
    """Return the record of a job that a person wants run at once."""
    return replace(record, next_due_at=min(record.next_due_at, now))


def due(records: Iterable[JobRecord], *, now: int) -> JobRecord | None:
    """Return the one to run now: of those whose time has come, the one that waits the longest."""
    records = list(records)
    if any(each.state is JobState.RUNNING for each in records):
        return None
    waiting = [each for each in records if each.next_due_at <= now]
    return min(waiting, key=lambda each: each.next_due_at, default=None)


def started(record: JobRecord, cadence: Cadence, *, now: int) -> JobRecord:
    """Return the record of a job whose run has just begun."""
    return replace(
        record, state=JobState.RUNNING, started_at=now, next_due_at=cadence.next_after(now)
    )


def ended(
    record: JobRecord,
    outcome: Outcome,
    exit_code: int,
    *,
    cadence: Cadence,
    back_off: BackOff,
    now: int,
) -> JobRecord:
    """Return the record of a job whose run has just ended, due again as the outcome asks."""
    began = record.started_at
    assert began is not None
    failures = record.failures_in_a_row + 1 if outcome in UNSUCCESSFUL else 0
    record = replace(record, failures_in_a_row=failures)
    regular = cadence.next_after(began)
    if outcome is not Outcome.FAILED:
        return _with_run(record, outcome, exit_code, now=now, next_due_at=regular)
    if exit_code == CONFIGURATION_EXIT:
        # A person must act: until the next regular time, trying again is noise.
        after = cadence.next_after(now)
        return _with_run(record, outcome, exit_code, now=now, next_due_at=after)
    retry = now + round(back_off.delay(failures) * SECOND)
    # A regular time that passed during the run is made up for by the retry.
    next_due_at = min(retry, regular) if regular > now else retry
    after_failure = _with_run(record, outcome, exit_code, now=now, next_due_at=next_due_at)
    return replace(after_failure, state=JobState.BACKING_OFF)


def _with_run(
    record: JobRecord, outcome: Outcome, exit_code: int | None, *, now: int, next_due_at: int
) -> JobRecord:
    assert record.started_at is not None
    run = Run(record.started_at, max(now, record.started_at), outcome, exit_code)
    return replace(
        record,
        state=JobState.WAITING,
        started_at=None,
        next_due_at=next_due_at,
        history=(run, *record.history)[:RUNS_KEPT],
    )
