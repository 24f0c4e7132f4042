"""A run as a real child process, with small programs in the place of jobs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from domain.errors import ConfigurationError
from operations.schedule import child
from operations.schedule.cadence import Every
from operations.schedule.child import JOB_MARK, JobProcess, end_leftovers, last_error
from operations.schedule.jobs import JOBS, job_named, jobs_with
from operations.schedule.settings import ScheduleSettings


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_leftovers(tmp_path / "schedule.json")


def run(folder: Path, program: str) -> JobProcess:
    log = folder / "job.log"
    log.touch()
    return JobProcess(
        (sys.executable, "-c", program, str(folder / "report.json")),
        mark=str(folder / "schedule.json"),
        report=folder / "report.json",
        log=log,
    )


def code_of(process: JobProcess) -> int:
    deadline = time.monotonic() + 30
    while (code := process.poll()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return code


def test_a_run_is_a_child_in_a_session_of_its_own(folder: Path) -> None:
    process = run(folder, "import os, sys; print(os.getsid(0)); sys.exit(7)")
    assert code_of(process) == 7
    assert int((folder / "job.log").read_text()) != os.getsid(0)


def test_a_run_that_is_stopped_is_gone_with_all_that_it_started(folder: Path) -> None:
    program = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('both', flush=True); time.sleep(600)"
    )
    process = run(folder, program)
    deadline = time.monotonic() + 30
    while "both" not in (folder / "job.log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.stop()
    assert psutil.Process().children(recursive=True) == []


def test_what_a_killed_schedule_left_is_found_by_its_mark_and_ended(folder: Path) -> None:
    process = run(folder, "import time; time.sleep(600)")
    (left,) = end_leftovers(folder / "schedule.json")
    assert left == process._process.pid
    assert code_of(process) == -15
    assert end_leftovers(folder / "schedule.json") == []


def test_a_report_counts_only_if_this_run_wrote_it(folder: Path) -> None:
    (folder / "report.json").write_text("of another run")
    silent = run(folder, "pass")
    code_of(silent)
    assert not silent.reported
    telling = run(folder, "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('mine')")
    code_of(telling)
    assert telling.reported


def test_the_last_error_is_of_this_run(folder: Path) -> None:
    (folder / "job.log").write_text('{"event": "job_failed", "exception": "Old: error"}\n')
    process = run(folder, "raise OSError('disk full')")
    assert code_of(process) == 1
    assert process.last_error == "OSError: disk full"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", ""),
        ("plain\n\n", "plain"),
        ('{"event": "configuration_refused", "error": "no lake"}\nbye', "no lake"),
        (
            '{"event": "job_failed", "exception": "Traceback\\n  x\\nValueError: 7"}',
            "ValueError: 7",
        ),
        ("[1, 2]\n{broken", "{broken"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_the_last_error_is_found_among_other_lines(said: str, found: str) -> None:
    assert last_error(said) == found


def test_a_job_is_started_with_the_lake_and_its_own_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = folder / "tree" / "compaction_jobs"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text("import os, sys\nprint(*sys.argv[1:], os.environ)")
    monkeypatch.setattr(child, "ROOT", folder / "tree")
    monkeypatch.setenv("PYTHONPATH", str(folder / "tree"))
    (folder / "scratch" / "spark-of-a-killed-run" / "blocks").mkdir(parents=True)
    settings = ScheduleSettings(
        file=folder / "schedule.json",
        reports=folder,
        logs=folder / "logs",
        scratch=folder / "scratch",
    )
    process = child.start(job_named("compaction"), settings, lake=folder / "lake")
    assert code_of(process) == 0
    assert list((folder / "scratch").iterdir()) == []
    said = (folder / "logs" / "compaction.log").read_text()
    assert said.startswith(f"--lake {folder}/lake --report {folder}/reconciliation.json ")
    assert f"'{JOB_MARK}': '{folder}/schedule.json'" in said


def test_an_interval_replaces_the_usual_times_of_the_job_it_names() -> None:
    jobs = {each.name: each for each in jobs_with({"maintenance": 5})}
    assert jobs["maintenance"].cadence == Every(5)
    assert jobs["compaction"] == JOBS[0]
    assert len({each.report for each in JOBS}) == len({each.name for each in JOBS}) == len(JOBS)


def test_every_job_of_the_table_can_be_run() -> None:
    assert [each.module for each in JOBS if find_spec(f"{each.module}.__main__") is None] == []


def test_an_interval_of_no_job_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(
        ConfigurationError, match="no job dance: there is compaction, retrain-forecasts"
    ):
        jobs_with({"dance": 5})
