"""A job that is killed is run again, a few times; one that needs a person is not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from domain.errors import PlatformError
from operations.demo import jobs
from operations.demo.jobs import Ended, Job, run_job
from operations.settings import StackSettings

# Ends, one run after the other, as the file of endings says; a signal is written as -9.
MODULE = """
import json, os, sys
from pathlib import Path

report = Path(sys.argv[sys.argv.index("--report") + 1])
endings = report.with_name("endings")
first, *rest = endings.read_text().split()
endings.write_text(" ".join(rest))
print(json.dumps({"event": "stage", "stage": f"run that ends {first}", "done": 1, "total": 2}))
sys.stdout.flush()
if int(first) < 0:
    os.kill(os.getpid(), -int(first))
report.write_text(json.dumps({"ended": int(first)}))
sys.exit(int(first))
"""


class Runner:
    """Runs jobs that end as they are told to."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.settings = StackSettings(directory / "data", root=directory)
        python = self.settings.python("main")
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        (directory / "ending.py").write_text(MODULE)
        (directory / "data" / "logs").mkdir(parents=True)
        self.stages: list[str] = []

    def run(self, *endings: int) -> Ended:
        (self.directory / "data" / "endings").write_text(" ".join(map(str, endings)))
        job = Job("ending", "ending", self.directory / "data" / "report.json", answers=(0, 1))
        return run_job(
            self.settings, job, {},
            on_stage=lambda name, done, total: self.stages.append(f"{name} {done}/{total}"),
            waiting=lambda: None,
        )  # fmt: skip


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setattr(jobs, "_POLL_SECONDS", 0.01)
    return Runner(tmp_path)


def test_a_job_that_ends_well_is_run_once(runner: Runner) -> None:
    ended = runner.run(1)
    assert (ended.exit_code, ended.report, ended.restarts) == (1, {"ended": 1}, 0)
    assert runner.stages == ["run that ends 1 1/2"]


def test_a_job_that_is_killed_or_fails_is_run_again_and_its_stages_told_once(
    runner: Runner,
) -> None:
    ended = runner.run(-9, 3, 0)
    assert (ended.exit_code, ended.report, ended.restarts) == (0, {"ended": 0}, 2)
    assert runner.stages == [f"run that ends {each} 1/2" for each in (-9, 3, 0)]


def test_a_job_that_never_ends_well_is_given_up_and_its_log_is_named(runner: Runner) -> None:
    with pytest.raises(PlatformError, match=r"ending ended with exit code 3: see .*ending\.log"):
        runner.run(3, -9, 3, 0)


def test_a_job_that_needs_a_person_is_not_run_again(runner: Runner) -> None:
    with pytest.raises(PlatformError, match="exit code 2"):
        runner.run(2, 0)
