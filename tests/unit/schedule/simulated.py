"""A clock that moves when told, and jobs that end when told: the schedule without processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import TransientError
from domain.instants import SECOND
from operations.schedule.book import Book, read_book
from operations.schedule.cadence import Cadence
from operations.schedule.jobs import Job
from operations.schedule.loop import Schedule
from operations.supervisor import BackOff
from schemas.codec import Record

BACK_OFF = BackOff(first_seconds=60, most_seconds=600)


def job(name: str, cadence: Cadence) -> Job:
    return Job(name, f"jobs.{name}", cadence, f"{name}.json")


@dataclass(slots=True)
class SimulatedRun:
    job: Job
    began: int
    code: int | None = None
    reported: bool = True
    last_error: str = "the reason"
    stopped: bool = False

    def poll(self) -> int | None:
        return self.code

    def stop(self) -> None:
        self.stopped = True


@dataclass(slots=True)
class World:
    """One machine with one schedule, which looks whenever something falls due."""

    file: Path
    jobs: tuple[Job, ...]
    now: int = 0
    runs: list[SimulatedRun] = field(default_factory=list)
    published: list[Record] = field(default_factory=list)
    broker_is_up: bool = True
    settle_seconds: float = 0
    schedule: Schedule | None = None

    def start(self) -> None:
        """Start a schedule, or another one after a kill."""
        self.schedule = Schedule(
            self.jobs,
            file=self.file,
            start=self._start,
            announce=self._announce,
            now=lambda: self.now,
            back_off=BACK_OFF,
            settle_seconds=self.settle_seconds,
        )

    def pass_by(self, seconds: float) -> None:
        """Let time pass, the schedule looking at every moment at which it could act."""
        until = self.now + round(seconds * SECOND)
        while self.now < until:
            to_come = (each.next_due_at for each in self.book.records.values())
            self.now = min((each for each in to_come if self.now < each < until), default=until)
            self.look()

    def look(self) -> None:
        assert self.schedule is not None
        self.schedule.look()

    def end_run(self, code: int, *, reported: bool = True) -> None:
        """Let the newest run end, and be seen to."""
        self.runs[-1].code, self.runs[-1].reported = code, reported
        self.look()

    @property
    def began(self) -> list[tuple[str, float]]:
        """Every run so far: which job, at which second."""
        return [(each.job.name, each.began / SECOND) for each in self.runs]

    @property
    def book(self) -> Book:
        return read_book(self.file)

    def _start(self, job: Job) -> SimulatedRun:
        assert all(each.code is not None or each.stopped for each in self.runs), "two at once"
        self.runs.append(SimulatedRun(job, self.now))
        return self.runs[-1]

    def _announce(self, alerts: Sequence[Record]) -> None:
        if not self.broker_is_up:
            msg = "no broker"
            raise TransientError(msg)
        self.published += alerts
