"""Components in, a running stack out: dependency order, status file, orderly end."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from domain.errors import ConfigurationError, PlatformError
from operations.supervisor.component import Component, Step
from operations.supervisor.leftovers import end_leftovers, told_of_the_last
from operations.supervisor.ports import require_free
from operations.supervisor.processes import STACK_MARK, keep_small, rss_mib, sessions
from operations.supervisor.runner import BackOff, Runner
from operations.supervisor.status import (
    Progress,
    StackStatus,
    State,
    StepStatus,
    status_path,
    write_status,
)

_SAMPLE_SECONDS = 1.0
_TAIL_LINES = 8
_LONGEST_LOG_BYTES = 64 * 2**20

OnProgress = Callable[[StackStatus], None]


class Stack:
    """Runs components over one data directory, until the `with` block ends.

    Everything runs in threads of this process, which go on watching while the block does other
    things.
    """

    def __init__(
        self,
        data_dir: Path,
        parts: Iterable[Component | Step],
        *,
        back_off: BackOff | None = None,
    ) -> None:
        parts = tuple(parts)
        self._data_dir = data_dir.resolve()
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._runners = {
            each.name: self._runner(each, back_off or BackOff())
            for each in parts
            if isinstance(each, Component)
        }
        self._steps = {each.name: each for each in parts if isinstance(each, Step)}
        self._step_status = {name: StepStatus(name) for name in self._steps}
        self._state = State.STARTING
        self._seconds_to_ready: float | None = None
        self._detail = ""
        self._before = ""
        self._at_exit = ExitStack()
        self._threads: list[threading.Thread] = []
        self._started_at = psutil.Process().create_time()

    def __enter__(self) -> Self:
        """Take the data directory, and end what an earlier supervisor left running in it.

        Raises:
            ConfigurationError: another supervisor has it, or a port is taken.
        """
        run = self._data_dir / "run"
        run.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.enter_context(take_lock(run / "supervisor.lock", self._data_dir))
            self._before = told_of_the_last(self._data_dir)
            end_leftovers(self._data_dir)
            require_free(p for runner in self._runners.values() for p in runner.component.ports)
            self._at_exit = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._at_exit:
            self.stop()

    def start(
        self,
        on_progress: OnProgress | None = None,
        *,
        within_seconds: float = 300.0,
        cancelled: threading.Event | None = None,
    ) -> StackStatus:
        """Start everything, side by side where dependencies allow; return when all is ready.

        Returns early when `cancelled` is set meanwhile: the caller is about to stop it all.

        Raises:
            PlatformError: a part was given up, or nothing changed for `within_seconds`; says
                which and why.
        """
        began = changed = time.monotonic()
        before: Progress | None = None
        self._begin()
        while not (status := self.status()).all_ready:
            if cancelled is not None and cancelled.is_set():
                return status
            if on_progress is not None:
                on_progress(status)
            if before != (before := status.progress):
                changed = time.monotonic()
            self._raise_if_lost(status, time.monotonic() - changed > within_seconds)
            with self._changed:
                self._changed.wait(0.1)
        self._seconds_to_ready = time.monotonic() - began
        self._state = State.READY
        self._write()
        if on_progress is not None:
            on_progress(self.status())
        return self.status()

    def status(self) -> StackStatus:
        """Return what everything is doing now."""
        return StackStatus(
            data_dir=str(self._data_dir),
            state=self._state,
            pid=os.getpid(),
            started_at=self._started_at,
            seconds_to_ready=self._seconds_to_ready,
            detail=self._detail,
            components=tuple(runner.status for runner in self._runners.values()),
            steps=tuple(self._step_status.values()),
            before=self._before,
        )

    def stop(self) -> None:
        """End everything, dependents before what they depend on; no process is left."""
        self._stopping.set()
        self._notify()
        remaining = dict(self._runners)
        while remaining:
            needed = {name for r in remaining.values() for name in self._ancestors(r.component)}
            last = [name for name in remaining if name not in needed] or list(remaining)
            _side_by_side([remaining.pop(name).stop for name in last])
        for thread in self._threads:
            thread.join()
        end_leftovers(self._data_dir)
        if self._state is not State.FAILED:
            self._state = State.STOPPED
        self._write()

    def _runner(self, component: Component, back_off: BackOff) -> Runner:
        return Runner(
            component,
            env={**os.environ, **component.env, STACK_MARK: str(self._data_dir)},
            log=self._log_of(component),
            on_change=self._notify,
            back_off=back_off,
        )

    def _log_of(self, component: Component) -> Path:
        return self._data_dir / "logs" / f"{component.name}.log"

    def _begin(self) -> None:
        targets: list[Callable[[], None]] = [self._sample]
        targets += [self._starter(runner) for runner in self._runners.values()]
        targets += [self._stepper(step) for step in self._steps.values()]
        for target in targets:
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _starter(self, runner: Runner) -> Callable[[], None]:
        def start() -> None:
            if self._wait_for(runner.component.depends_on):
                runner.start()

        return start

    def _stepper(self, step: Step) -> Callable[[], None]:
        def run() -> None:
            if not self._wait_for(step.depends_on):
                return
            began = time.monotonic()
            self._set_step(step.name, State.STARTING, None, "")
            try:
                state, detail = State.READY, step.run()
            except Exception as error:  # noqa: BLE001  (the edge of a thread)
                state, detail = State.FAILED, f"{type(error).__name__}: {error}"
            self._set_step(step.name, state, time.monotonic() - began, detail)

        return run

    def _set_step(self, name: str, state: State, seconds: float | None, detail: str) -> None:
        self._step_status[name] = replace(
            self._step_status[name], state=state, seconds=seconds, detail=detail
        )
        self._notify()

    def _wait_for(self, names: Sequence[str]) -> bool:
        """Wait until these have been ready once; return False when stopping instead."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping.is_set() or self._met(names))
        return not self._stopping.is_set()

    def _met(self, names: Sequence[str]) -> bool:
        return all(
            self._runners[name].was_ready.is_set()
            if name in self._runners
            else self._step_status[name].state is State.READY
            for name in names
        )

    def _ancestors(self, part: Component | Step) -> set[str]:
        found: set[str] = set()
        for name in part.depends_on:
            runner = self._runners.get(name)
            found |= {name} | self._ancestors(runner.component if runner else self._steps[name])
        return found

    def _sample(self) -> None:
        """Note memory, bound the logs and write the status, once a second."""
        while not self._stopping.wait(_SAMPLE_SECONDS):
            by_session = sessions()
            for runner in self._runners.values():
                keep_small(self._log_of(runner.component), most_bytes=_LONGEST_LOG_BYTES)
                if runner.session is not None:
                    runner.note_memory(rss_mib(by_session.get(runner.session, [])))
            self._write()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _write(self) -> None:
        with self._writing:  # two at once would take each other's unfinished file away
            write_status(self.status(), status_path(self._data_dir))

    def _raise_if_lost(self, status: StackStatus, overdue: bool) -> None:  # noqa: FBT001
        reason = status.first_failure
        if reason is None and overdue:
            late = [each.name for each in status.components if each.state is not State.READY]
            reason = f"{', '.join(late) or 'a step'} not ready in time"
        if reason is None:
            return
        self._state, self._detail = State.FAILED, reason + self._tail(status)
        self._write()
        raise PlatformError(self._detail)

    def _tail(self, status: StackStatus) -> str:
        failed = [each.name for each in status.components if each.state is State.FAILED]
        if not failed:
            return ""
        log = self._data_dir / "logs" / f"{failed[0]}.log"
        if not log.exists():
            return ""
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n" + "\n".join(f"  {line}" for line in lines) + f"\n  (all of it: {log})"


def take_lock(path: Path, data_dir: Path) -> IO[str]:
    """Return the locked file that makes this process the only supervisor of `data_dir`.

    Raises:
        ConfigurationError: another process is.
    """
    file = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        msg = f"a stack runs in {data_dir} already: see `./nova status`, end it with `./nova down`"
        raise ConfigurationError(msg) from error
    return file


def _side_by_side(calls: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
