"""What the commands say, and with which code they end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from compaction_jobs import command
from compaction_jobs.stages import Stages
from domain.errors import ConfigurationError, TransientError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _process_as_it_was() -> Iterator[None]:
    """Undo what a command sets for its whole process."""
    handler = signal.getsignal(signal.SIGTERM)
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    signal.signal(signal.SIGTERM, handler)


def test_what_the_job_returns_is_the_exit_code() -> None:
    assert command.exit_code_of("test", lambda: command.DIFFERS) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(ConfigurationError("no lake"), 2), (TransientError("lost a race"), 3), (OSError("disk"), 3)],
    ids=lambda value: type(value).__name__,
)
def test_an_error_ends_with_the_code_that_says_who_must_act(error: Exception, code: int) -> None:
    def job() -> int:
        raise error

    assert command.exit_code_of("test", job) == code


JOBS = ["compaction_jobs", *(f"compaction_jobs.{job}" for job in ("gold_facts", "reconcile"))]


@pytest.mark.parametrize(
    "module", [*JOBS, "compaction_jobs.maintenance", "compaction_jobs.quality"]
)
def test_a_folder_without_a_lake_is_named_in_one_sentence(module: str, tmp_path: Path) -> None:
    report = [] if module.endswith("gold_facts") else ["--report", tmp_path / "report.json"]
    ended = subprocess.run(
        [sys.executable, "-m", module, "--lake", tmp_path / "nowhere", *report],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    (line,) = ended.stdout.splitlines()
    assert json.loads(line)["error"].startswith(f"{tmp_path}/nowhere holds no table")


def test_help_shows_an_example_and_what_every_exit_code_means(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["job", "--help"])
    with pytest.raises(SystemExit) as ended:
        command.options("What it does.", report=True)
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "What it does." in said
    assert "example: python -m " in said
    assert " --lake .nova/data/lake --report report.json\n" in said
    codes = (command.HOLDS, command.DIFFERS, command.CONFIGURATION, command.FAILED)
    assert [f"\n  {code}  " in said for code in codes] == [True] * 4


def test_a_wrong_argument_is_a_refused_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["job", "--lake", "somewhere", "--dance"])
    with pytest.raises(SystemExit) as ended:
        command.options("What it does.")
    assert ended.value.code == command.CONFIGURATION


def test_stages_tell_how_many_are_done_of_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    stages = Stages(("one", "two"))
    stages.done("one", rows=3)
    stages.done("two")
    first, second = capsys.readouterr().out.splitlines()
    assert all(part in first for part in ("one", "rows", "3", "1", "2"))
    assert "two" in second
