"""The loop that runs jobs: looks at the clock, at the run under way, and at what people ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

import structlog

from domain.errors import PlatformError
from domain.instants import SECOND
from operations.schedule import metrics, plan
from operations.schedule.alerts import alert_of
from operations.schedule.book import Book, read_book, write_book
from operations.schedule.jobs import Job
from operations.schedule.record import JobRecord, JobState, Outcome
from operations.schedule.wishes import fulfil, wishes
from operations.supervisor import BackOff
from schemas.codec import Record

_POLL_SECONDS = 0.25
_ANNOUNCE_AGAIN_SECONDS = 5
_HOLDS, _DIFFERS = 0, 1

Announce = Callable[[Sequence[Record]], None]
log = structlog.get_logger()


class Child(Protocol):
    """A run under way."""

    def poll(self) -> int | None:
        """Return the exit code once it has ended."""

    def stop(self) -> None:
        """End it."""

    @property
    def reported(self) -> bool:
        """Whether it has written its report."""

    @property
    def last_error(self) -> str:
        """Why it failed, in its own words."""


class Schedule:
    """Runs jobs one at a time, and keeps its file true at every moment.

    Args:
        jobs: the table.
        file: where records are kept; also where an earlier schedule left them.
        start: starts one run.
        announce: publishes alerts, or raises.
        now: microseconds since 1970.
        back_off: the pauses after failures.
        settle_seconds: how long after a start what was missed is made up for.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        file: Path,
        start: Callable[[Job], Child],
        announce: Announce,
        now: Callable[[], int],
        back_off: BackOff,
        settle_seconds: float,
    ) -> None:
        self._jobs = {each.name: each for each in jobs}
        self._file = file
        self._start = start
        self._announce = announce
        self._now = now
        self._back_off = back_off
        self._settle = round(settle_seconds * SECOND)
        self._child: tuple[str, Child] | None = None
        self._announce_at = 0
        self._book = self._resumed(read_book(file))
        write_book(self._book, file)

    def run(self, stop: Event) -> None:
        """Look and act until told to stop; then end the run under way."""
        while not stop.wait(_POLL_SECONDS):
            self.look()
        self.stop()

    def look(self) -> None:
        """Do everything that is to be done at this moment."""
        self._note_the_end()
        self._note_wishes()
        self._note_the_clock()
        self._start_what_is_due()
        self._publish_alerts()

    def stop(self) -> None:
        """End the run under way, which counts as stopped."""
        if self._child is None:
            return
        name, child = self._child
        child.stop()
        self._child = None
        self._write(plan.cut_off(self._book.records[name], now=self._now()))
        log.info("job_stopped", job=name)

    def _resumed(self, held: Book) -> Book:
        now, records = self._now(), {}
        for name, job in self._jobs.items():
            old = held.records.get(name)
            records[name] = (
                plan.new(name, job.cadence, now=now)
                if old is None
                else plan.resumed(old, job.cadence, now=now, settle=self._settle)
            )
        return Book(records, held.unannounced)

    def _note_the_end(self) -> None:
        if self._child is None:
            return
        name, child = self._child
        code = child.poll()
        if code is None:
            return
        self._child = None
        job, before = self._jobs[name], self._book.records[name]
        outcome = _outcome_of(code, child)
        after = plan.ended(
            before, outcome, code,
            cadence=job.cadence, back_off=self._back_off, now=self._now(),
        )  # fmt: skip
        alert = alert_of(job, before, after, detail=child.last_error)
        if alert is not None:
            self._book.unannounced.append(alert)
            self._announce_at = 0
        self._write(after)
        _tell(job, after)

    def _note_wishes(self) -> None:
        for name in wishes(self._file):
            record = self._book.records.get(name)
            if record is None:
                log.error("unknown_job_asked_for", job=name)
            elif record.state is JobState.RUNNING:
                continue  # once more, when this run has ended
            else:
                self._write(plan.asked_for(record, now=self._now()))
            fulfil(self._file, name)

    def _note_the_clock(self) -> None:
        for name, record in self._book.records.items():
            self._write(plan.on_time(record, self._jobs[name].cadence, now=self._now()))

    def _start_what_is_due(self) -> None:
        record = plan.due(self._book.records.values(), now=self._now())
        if record is None:
            return
        # Written first: a kill in between counts as a run that was stopped, and begins anew.
        job = self._jobs[record.name]
        self._write(plan.started(record, job.cadence, now=self._now()))
        self._child = record.name, self._start(job)
        log.info("job_started", job=record.name)

    def _publish_alerts(self) -> None:
        if not self._book.unannounced or self._now() < self._announce_at:
            return
        try:
            self._announce(self._book.unannounced)
        except PlatformError as error:
            self._announce_at = self._now() + _ANNOUNCE_AGAIN_SECONDS * SECOND
            log.warning("alerts_not_published", alerts=len(self._book.unannounced), why=str(error))
            return
        self._book.unannounced.clear()
        write_book(self._book, self._file)

    def _write(self, record: JobRecord) -> None:
        if self._book.records[record.name] != record:
            self._book.records[record.name] = record
            write_book(self._book, self._file)


def _outcome_of(code: int, child: Child) -> Outcome:
    """Return what an exit code means.

    Python itself ends with 1 where a module cannot even be imported; only a job that has
    written its report can have found a difference.
    """
    if code == _HOLDS:
        return Outcome.OK
    return Outcome.DIFFERS if code == _DIFFERS and child.reported else Outcome.FAILED


def _tell(job: Job, record: JobRecord) -> None:
    run = record.last
    assert run is not None
    metrics.RUNS.labels(job.name, run.outcome).inc()
    say = log.info if run.outcome is Outcome.OK else log.error
    say(
        "job_ended",
        job=job.name,
        outcome=run.outcome,
        exit_code=run.exit_code,
        seconds=run.seconds,
        failures_in_a_row=record.failures_in_a_row,
    )
