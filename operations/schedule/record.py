"""What is kept of one job: its state, when it is due, and its past runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.instants import SECOND, from_datetime, to_datetime

RUNS_KEPT = 50


class JobState(StrEnum):
    """What a job is doing now."""

    WAITING = "waiting"
    RUNNING = "running"
    BACKING_OFF = "backing_off"


class Outcome(StrEnum):
    """How a run ended."""

    OK = "ok"
    DIFFERS = "differs"
    """It did its work, and what it checks does not hold."""
    FAILED = "failed"
    STOPPED = "stopped"
    """It was ended before it had an outcome."""


UNSUCCESSFUL = frozenset({Outcome.FAILED, Outcome.DIFFERS})


@dataclass(frozen=True, slots=True)
class Run:
    """One run that has ended."""

    started_at: int
    ended_at: int
    outcome: Outcome
    exit_code: int | None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return round((self.ended_at - self.started_at) / SECOND, 3)

    def as_json(self) -> dict[str, Any]:
        """Return it as the schedule's file holds it."""
        return {
            "started_at": iso(self.started_at),
            "ended_at": iso(self.ended_at),
            "seconds": self.seconds,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
        }

    @classmethod
    def of_json(cls, held: Mapping[str, Any]) -> Run:
        """Return what `as_json` made this of."""
        return cls(
            started_at=_instant(held["started_at"]),
            ended_at=_instant(held["ended_at"]),
            outcome=Outcome(held["outcome"]),
            exit_code=held["exit_code"],
        )


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job of the schedule.

    Attributes:
        name: of the job.
        next_due_at: when it is to begin; in the past where it waits for another to end.
        state: what it is doing.
        started_at: when the run under way began.
        failures_in_a_row: runs without success since the last one with; a run that was stopped
            is neither.
        history: the past runs, the newest first.
    """

    name: str
    next_due_at: int
    state: JobState = JobState.WAITING
    started_at: int | None = None
    failures_in_a_row: int = 0
    history: tuple[Run, ...] = ()

    @property
    def last(self) -> Run | None:
        """The newest run that has ended."""
        return self.history[0] if self.history else None

    def as_json(self) -> dict[str, Any]:
        """Return it as the schedule's file holds it."""
        last = self.last
        started = self.started_at if last is None or self.started_at else last.started_at
        return {
            "name": self.name,
            "state": self.state,
            "last_started_at": None if started is None else iso(started),
            "last_ended_at": None if last is None else iso(last.ended_at),
            "last_seconds": None if last is None else last.seconds,
            "last_outcome": None if last is None else last.outcome,
            "last_exit_code": None if last is None else last.exit_code,
            "next_due_at": iso(self.next_due_at),
            "failures_in_a_row": self.failures_in_a_row,
            "history": [each.as_json() for each in self.history],
        }

    @classmethod
    def of_json(cls, held: Mapping[str, Any]) -> JobRecord:
        """Return what `as_json` made this of."""
        state = JobState(held["state"])
        running = state is JobState.RUNNING
        return cls(
            name=held["name"],
            next_due_at=_instant(held["next_due_at"]),
            state=state,
            started_at=_instant(held["last_started_at"]) if running else None,
            failures_in_a_row=held["failures_in_a_row"],
            history=tuple(Run.of_json(each) for each in held["history"]),
        )


def iso(instant: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return to_datetime(instant).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))
