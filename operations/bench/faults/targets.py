"""Names of a plan in, pids of a running stack out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from operations.supervisor import State, read_status, status_path
from operations.supervisor.processes import marked

_JOBS = "compaction_jobs"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that runs now, as a child of the command."""

    module: str
    pid: int
    age_seconds: float


def fed(data_dir: Path) -> float:
    """Return which share of the batches has been fed, as the demo's mark says."""
    try:
        held = json.loads((data_dir / "demo.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0.0
    return float(held["batches"] / held["of"]) if held["of"] else 0.0


def is_up(data_dir: Path, supervisor: int) -> bool:
    """Whether the supervisor with this pid has had everything ready."""
    status = read_status(status_path(data_dir))
    return status is not None and status.pid == supervisor and status.state is State.READY


def ready_pid(data_dir: Path, supervisor: int, target: str) -> int | None:
    """Return the pid behind a target, None while it is not ready: `component` or its child."""
    status = read_status(status_path(data_dir))
    if status is None or status.pid != supervisor:
        return None
    name, _, child = target.partition("/")
    component = status.component(name)
    if component.state is not State.READY or component.pid is None:
        return None
    return _child(component.pid, child) if child else component.pid


def jobs(supervisor: int, now: float) -> Iterator[Job]:
    """Yield the jobs that the command runs now."""
    for process in _children(supervisor, recursive=False):
        try:
            arguments, began = process.cmdline(), process.create_time()
        except psutil.Error:
            continue
        module = next((each for each in arguments if each.partition(".")[0] == _JOBS), None)
        if module is not None and "-m" in arguments:
            yield Job(module, process.pid, now - began)


def java_below(pid: int) -> int | None:
    """Return the Java process that a process has started, if it has."""
    return _child(pid, "java")


def everything(data_dir: Path, supervisor: int) -> list[int]:
    """Return the supervisor and every process of its stack."""
    return [supervisor, *marked(str(data_dir))]


def _child(pid: int, kind: str) -> int | None:
    for process in _children(pid, recursive=True):
        try:
            name, arguments = process.name(), process.cmdline()
        except psutil.Error:
            continue
        if kind == "java" and name == "java":
            return process.pid
        is_function = any(each.startswith("pyflink.fn_execution") for each in arguments)
        if kind == "python" and is_function and name.startswith("python"):
            return process.pid
    return None


def _children(pid: int, *, recursive: bool) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=recursive)
    except psutil.Error:
        return []
