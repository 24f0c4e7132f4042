"""When compaction runs, by a clock that only moves when somebody waits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Event

import psutil
import pytest
import structlog

from operations import hourly_compaction
from operations.hourly_compaction import (
    LAST_EXIT_CODE,
    LAST_SUCCESS,
    SECONDS,
    CompactionSettings,
    run,
    spark_job,
)

HOUR = 3600.0


class Time(Event):
    """A wall clock and a stop: waiting takes no time, and it stops at `ends_at`."""

    def __init__(self, *, starts_at: float, ends_at: float) -> None:
        super().__init__()
        self.instant = starts_at
        self.ends_at = ends_at

    def now(self) -> float:
        return self.instant

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.pass_by(timeout)
        return self.is_set()

    def pass_by(self, seconds: float) -> None:
        self.instant += seconds
        if self.instant > self.ends_at:
            self.set()


def runs(time: Time, *codes: int | None, taking: float = 0.0) -> list[float]:
    """Return when a job that ends with these codes in turn was run."""
    began: list[float] = []

    def job(stop: Event) -> int | None:
        assert stop is time
        began.append(time.now())
        time.pass_by(taking)
        return codes[(len(began) - 1) % len(codes)]

    run(job, every_seconds=HOUR, now=time.now, stop=time)
    return began


def test_it_runs_at_every_whole_hour_and_not_at_the_start() -> None:
    assert runs(Time(starts_at=100.0, ends_at=3.5 * HOUR), 0) == [HOUR, 2 * HOUR, 3 * HOUR]


def test_a_start_on_the_hour_waits_for_the_next() -> None:
    assert runs(Time(starts_at=HOUR, ends_at=2.5 * HOUR), 0) == [2 * HOUR]


def test_what_falls_due_during_a_run_is_left_out() -> None:
    time = Time(starts_at=0.0, ends_at=4.5 * HOUR)
    assert runs(time, 0, taking=1.25 * HOUR) == [HOUR, 3 * HOUR]


def test_a_stop_while_it_waits_starts_nothing() -> None:
    assert runs(Time(starts_at=0.0, ends_at=HOUR / 2), 0) == []


def test_a_run_that_fails_is_told_and_the_next_one_comes() -> None:
    time = Time(starts_at=0.0, ends_at=2.5 * HOUR)
    with structlog.testing.capture_logs() as logs:
        assert runs(time, 0, 3, taking=10.0) == [HOUR, 2 * HOUR]
    assert logs == [
        {"event": "compaction_ended", "log_level": level, "exit_code": code, "seconds": 10.0}
        for level, code in (("info", 0), ("error", 3))
    ]
    assert LAST_EXIT_CODE._value.get() == 3
    assert LAST_SUCCESS._value.get() == HOUR + 10
    assert SECONDS._value.get() == 10


def test_a_run_that_was_stopped_has_no_outcome() -> None:
    with structlog.testing.capture_logs() as logs:
        assert runs(Time(starts_at=0.0, ends_at=1.5 * HOUR), None, taking=HOUR) == [HOUR]
    assert logs == []


@pytest.fixture
def settings(tmp_path: Path) -> CompactionSettings:
    return CompactionSettings(report=tmp_path / "report.json", log=tmp_path / "job.log")


def stand_in(directory: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small program be `compaction_jobs`."""
    (directory / "compaction_jobs").mkdir()
    (directory / "compaction_jobs" / "__main__.py").write_text(program)
    monkeypatch.setattr(hourly_compaction, "ROOT", directory)
    monkeypatch.setenv("PYTHONPATH", str(directory))


def test_the_job_is_a_child_in_a_session_of_its_own(
    settings: CompactionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import json, os, sys\nprint(json.dumps([os.getsid(0), *sys.argv[1:]]))\nsys.exit(1)"
    stand_in(tmp_path, program, monkeypatch)
    assert spark_job(settings, tmp_path / "lake")(Event()) == 1
    session, *arguments = json.loads(settings.log.read_text())
    assert session != os.getsid(0)
    lake, report = str(tmp_path / "lake"), str(settings.report)
    assert arguments == ["--lake", lake, "--report", report]


def test_a_stop_ends_the_child(
    settings: CompactionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "import signal\nwhile True: signal.pause()", monkeypatch)
    stop = Event()
    stop.set()
    assert spark_job(settings, tmp_path / "lake")(stop) is None
    assert psutil.Process().children() == []
