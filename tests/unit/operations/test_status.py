"""The status of a stack: what counts as ready, and what its file says."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from operations.supervisor import Stack
from operations.supervisor.status import (
    ComponentStatus,
    StackStatus,
    State,
    StepStatus,
    read_status,
    write_status,
)


def stack(*components: ComponentStatus, steps: tuple[StepStatus, ...] = ()) -> StackStatus:
    return StackStatus("/data", State.READY, os.getpid(), 12.25, 3.5, "", components, steps)


def test_a_stack_is_ready_when_every_part_is() -> None:
    ready = ComponentStatus("a", State.READY)
    assert stack(ready, steps=(StepStatus("s", State.READY),)).all_ready
    assert not stack(ready, ComponentStatus("b", State.BACKING_OFF)).all_ready
    assert not stack(ready, steps=(StepStatus("s", State.STARTING),)).all_ready


def test_the_first_failure_is_named_with_its_reason() -> None:
    failed = ComponentStatus("b", State.FAILED, detail="exit code 1")
    assert stack(ComponentStatus("a", State.READY), failed).first_failure == "b: exit code 1"


def test_the_file_gives_back_what_was_written(tmp_path: Path) -> None:
    status = stack(
        ComponentStatus("a", State.READY, 7, 12.25, 1, 2.5, "exit code 1", 8000, 1.0, 2.0, "d"),
        steps=(StepStatus("s", State.READY, 0.5, "26 topics"),),
    )
    write_status(status, tmp_path / "status.json")
    assert read_status(tmp_path / "status.json") == status
    assert [path.name for path in tmp_path.iterdir()] == ["status.json"]


def test_the_json_has_the_names_that_others_rely_on() -> None:
    (component,) = stack(ComponentStatus("a", State.READY)).as_json()["components"]
    assert set(component) >= {
        "name", "pid", "state", "restarts", "seconds_to_ready", "last_exit", "port", "rss_mib",
        "detail", "peak_rss_mib",
    }  # fmt: skip


def test_without_its_supervisor_nothing_counts_as_ready() -> None:
    assert not stack(ComponentStatus("a", State.READY, 7)).after_its_supervisor().all_ready


def test_threads_that_tell_of_it_at_the_same_time_do_not_stop_each_other(tmp_path: Path) -> None:
    told = Stack(tmp_path, [])
    (tmp_path / "run").mkdir()
    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(told._write) for _ in range(400)]
    assert [each.exception() for each in done] == [None] * 400
    assert read_status(tmp_path / "run" / "status.json") == told.status()
