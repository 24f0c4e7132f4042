"""Two records of a job in, the alert that the step between them is worth out, if any."""

from __future__ import annotations

from domain import messages
from domain.identity import stable_id
from operations.schedule.jobs import Job
from operations.schedule.record import UNSUCCESSFUL, JobRecord, Outcome
from schemas.codec import Record

TOPIC = "alert.job-failed.v1"
RUNBOOK = "docs/runbooks/job-failed.md"
# The first failure of a row is told, and one of so many more: that it lasts is news, once.
PERSISTS = 5


def alert_of(job: Job, before: JobRecord, after: JobRecord, *, detail: str) -> Record | None:
    """Return the record to publish when a run has ended, or None where nobody need know."""
    run = after.last
    if run is None or run.exit_code is None:
        return None
    transition = _transition(before, after)
    if transition is None:
        return None
    failed = transition == "failed"
    return {
        "event_id": stable_id("job", job.name, str(run.started_at), transition),
        "transition": transition,
        "job": job.name,
        "module": job.module,
        "occurred_at": run.ended_at,
        "started_at": run.started_at,
        "outcome": str(run.outcome),
        "exit_code": run.exit_code,
        "failures_in_a_row": after.failures_in_a_row,
        "failing_since": _failing_since(after if failed else before),
        "next_due_at": after.next_due_at,
        "detail": detail if failed else "",
        "runbook": RUNBOOK,
        "message": _message(job, before, after, failed=failed),
    }


def _transition(before: JobRecord, after: JobRecord) -> str | None:
    if after.failures_in_a_row in {1, PERSISTS}:
        return "failed"
    if after.failures_in_a_row == 0 and before.failures_in_a_row > 0:
        return "recovered"
    return None


def _failing_since(record: JobRecord) -> int | None:
    """Return when the oldest failure of the row began, if the history still has it."""
    failures = 0
    for run in record.history:
        failures += run.outcome in UNSUCCESSFUL
        if failures == record.failures_in_a_row:
            return run.started_at
        if run.outcome is Outcome.OK:
            break
    return None


def _message(job: Job, before: JobRecord, after: JobRecord, *, failed: bool) -> str:
    run = after.last
    assert run is not None
    assert run.exit_code is not None
    if not failed:
        return messages.job_recovered(
            job=job.name, ended_at=run.ended_at, failures=before.failures_in_a_row
        )
    return messages.job_failed(
        job=job.name,
        why=messages.why_a_job_failed(outcome=run.outcome, exit_code=run.exit_code),
        ended_at=run.ended_at,
        failures_in_a_row=after.failures_in_a_row,
        next_due_at=after.next_due_at,
        runbook=RUNBOOK,
    )
