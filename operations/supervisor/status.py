"""What the stack is doing, as data and as DATA/run/status.json."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """Where a component, a step or the whole stack is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing_off"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Incident:
    """One time that a component which had worked did not."""

    at: float
    """When it was noticed, in seconds since 1970."""
    what: str
    back_after_seconds: float | None = None
    """None while it does not work again."""


@dataclass(frozen=True, slots=True)
class ComponentStatus:
    """One component, as `nova status` shows it."""

    name: str
    state: State = State.WAITING
    pid: int | None = None
    started_at: float | None = None
    """When its process began, as the operating system counts it: pids are used again."""
    restarts: int = 0
    seconds_to_ready: float | None = None
    last_exit: str | None = None
    port: int | None = None
    rss_mib: float = 0.0
    peak_rss_mib: float = 0.0
    detail: str = ""
    incidents: tuple[Incident, ...] = ()
    """The latest, oldest first."""


@dataclass(frozen=True, slots=True)
class StepStatus:
    """One thing done once at the start."""

    name: str
    state: State = State.WAITING
    seconds: float | None = None
    detail: str = ""


Progress = tuple[tuple[str, State, str], ...]


@dataclass(frozen=True, slots=True)
class StackStatus:
    """The whole stack at one moment."""

    data_dir: str
    state: State
    pid: int
    started_at: float
    seconds_to_ready: float | None
    detail: str
    components: tuple[ComponentStatus, ...]
    steps: tuple[StepStatus, ...]
    before: str = ""
    """How the supervisor before this one ended, where it did not end in order."""

    @property
    def parts(self) -> tuple[ComponentStatus | StepStatus, ...]:
        """Everything that must be ready."""
        return (*self.steps, *self.components)

    @property
    def all_ready(self) -> bool:
        """Whether every step is done and every component can do its work."""
        return all(each.state is State.READY for each in self.parts)

    @property
    def progress(self) -> Progress:
        """What changes while a start gets on, and does not while it hangs."""
        return tuple((each.name, each.state, each.detail) for each in self.parts)

    @property
    def first_failure(self) -> str | None:
        """The first component or step that was given up, with the reason."""
        for each in self.parts:
            if each.state is State.FAILED:
                return f"{each.name}: {each.detail}"
        return None

    @property
    def peak_rss_mib(self) -> dict[str, float]:
        """The most memory that each component's processes held together, in MiB."""
        return {each.name: round(each.peak_rss_mib, 1) for each in self.components}

    def after_its_supervisor(self) -> StackStatus:
        """Return what this status is worth once its supervisor is gone: nobody watches."""
        unwatched = (
            each
            if each.state is State.FAILED
            else replace(each, state=State.STOPPED, pid=None, rss_mib=0.0)
            for each in self.components
        )
        return replace(self, state=State.STOPPED, components=tuple(unwatched))

    def component(self, name: str) -> ComponentStatus:
        """Return one component by name.

        Raises:
            KeyError: there is none of that name.
        """
        for each in self.components:
            if each.name == name:
                return each
        raise KeyError(name)

    def as_json(self) -> dict[str, Any]:
        """Return what status.json holds."""
        return {
            "data_dir": self.data_dir,
            "supervisor": {
                "pid": self.pid,
                "state": self.state,
                "started_at": self.started_at,
                "seconds_to_ready": self.seconds_to_ready,
                "detail": self.detail,
                "before": self.before,
            },
            "components": [_rounded(asdict(each)) for each in self.components],
            "steps": [_rounded(asdict(each)) for each in self.steps],
        }


def status_path(data_dir: Path) -> Path:
    """Return where a data directory's status lies."""
    return data_dir / "run" / "status.json"


def write_status(status: StackStatus, path: Path) -> None:
    """Replace the file as a whole: a reader never sees half of it."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(json.dumps(status.as_json(), indent=1), encoding="utf-8")
    partial.replace(path)


def read_status(path: Path) -> StackStatus | None:
    """Return what a supervisor last wrote, or None where none has."""
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    supervisor = content["supervisor"]
    return StackStatus(
        data_dir=content["data_dir"],
        state=State(supervisor["state"]),
        pid=supervisor["pid"],
        started_at=supervisor["started_at"],
        seconds_to_ready=supervisor["seconds_to_ready"],
        detail=supervisor["detail"],
        components=tuple(_component(each) for each in content["components"]),
        steps=tuple(
            StepStatus(**{**each, "state": State(each["state"])}) for each in content["steps"]
        ),
        before=supervisor.get("before", ""),
    )


def _component(held: Mapping[str, Any]) -> ComponentStatus:
    incidents = tuple(Incident(**each) for each in held.get("incidents", ()))
    return ComponentStatus(**{**held, "state": State(held["state"]), "incidents": incidents})


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    exact = {"started_at"}
    return {
        name: round(value, 2) if isinstance(value, float) and name not in exact else value
        for name, value in values.items()
    }
