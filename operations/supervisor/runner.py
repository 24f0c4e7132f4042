"""One component kept alive, in a thread of its own: start, probe, watch, back off, start again."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from operations.supervisor.component import Component, NoAnswer
from operations.supervisor.incidents import begun, ended
from operations.supervisor.processes import end_session, is_paused, spawn
from operations.supervisor.status import ComponentStatus, Incident, State

_PROBE_SECONDS = 0.2
_WATCH_SECONDS = 0.2
# A ready component is asked again now and then, since a process can live and yet not work.
_REPROBE_SECONDS = 3.0
# One slow answer on a busy machine is no news; so many in a row are.
_FAILURES_THAT_COUNT = 3
_CONFIGURATION_EXIT = 2
# Beyond any bound that a person would set, and a number that a float can still hold.
_MOST_DOUBLINGS = 64
# It goes on with SIGCONT as if nothing had been, so it is not ended at once.
_PAUSED = NoAnswer("paused by a signal (SIGCONT lets it go on)")


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait before a restart, and when to give a first start up."""

    first_seconds: float = 0.5
    most_seconds: float = 30.0
    forgiven_after_seconds: float = 60.0
    """Ready for so long, the next death counts as the first."""
    attempts_before_ready: int = 4
    """A component that was never ready is given up after so many deaths."""

    def delay(self, deaths: int) -> float:
        """Return the seconds to wait after so many deaths in a row.

        >>> [BackOff().delay(n) for n in (1, 2, 3, 9, 9_999)]
        [0.5, 1.0, 2.0, 30.0, 30.0]
        """
        doublings = min(deaths - 1, _MOST_DOUBLINGS)
        return float(min(self.most_seconds, self.first_seconds * 2**doublings))


class Runner:
    """Keeps one component running until it is told to stop."""

    def __init__(
        self,
        component: Component,
        *,
        env: Mapping[str, str],
        log: Path,
        on_change: Callable[[], None],
        back_off: BackOff,
    ) -> None:
        self.component = component
        self.was_ready = threading.Event()
        self._env = env
        self._log = log
        self._on_change = on_change
        self._back_off = back_off
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        port = component.ports[0] if component.ports else None
        self._status = ComponentStatus(component.name, port=port)
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> ComponentStatus:
        """What it is doing now."""
        return self._status

    @property
    def session(self) -> int | None:
        """The session of its processes, while it has one."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread = threading.Thread(target=self._run, name=self.component.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it and everything that it started; returns when all of it is gone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def note_memory(self, mib: float) -> None:
        """Keep a sample of the memory that its processes hold."""
        self._status = replace(
            self._status, rss_mib=mib, peak_rss_mib=max(mib, self._status.peak_rss_mib)
        )

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                end = self._one_life()
            except Exception as error:  # noqa: BLE001  (the edge of a thread)
                end = f"{type(error).__name__}: {error}"
            self._clean_up()
            if self._stop.is_set():
                break
            self._deaths += 1
            if self._is_hopeless():
                self._set(state=State.FAILED, pid=None, last_exit=end, detail=end)
                return
            self._wait_for_restart(end)
        self._set(state=State.STOPPED, pid=None, rss_mib=0.0, detail="")

    def _one_life(self) -> str:
        """Start it and watch it; return how it ended."""
        began = time.monotonic()
        self._set(state=State.STARTING, detail="")
        if self.component.prepare is not None:
            self.component.prepare()
        process = spawn(self.component.argv, env=self._env, cwd=self.component.cwd, log=self._log)
        self._process = process
        self._set(pid=process.pid, started_at=psutil.Process(process.pid).create_time())
        if (end := self._until_ready(process, began)) is not None:
            return end
        return self._while_ready(process)

    def _until_ready(self, process: subprocess.Popen[bytes], began: float) -> str | None:
        """Probe until it is ready; return how it ended if it did not get there."""
        deadline = began + self.component.ready_within_seconds
        while not self._stop.wait(_PROBE_SECONDS):
            if process.poll() is not None:
                return _describe(process.returncode)
            why_not = self.component.ready()
            if why_not is None:
                seconds = self._status.seconds_to_ready or time.monotonic() - began
                self._is_ready_again(seconds_to_ready=seconds)
                self.was_ready.set()
                return None
            if time.monotonic() > deadline:
                limit = self.component.ready_within_seconds
                return f"not ready after {limit:g} s: {why_not}"
            if why_not != self._status.detail:
                # It gets on: one that reads a long log back must not be ended on the way.
                deadline = time.monotonic() + self.component.ready_within_seconds
                self._set(detail=why_not)
        return "stopped"

    def _while_ready(self, process: subprocess.Popen[bytes]) -> str:
        since = asked = time.monotonic()
        silent_since: float | None = None
        failures = 0
        while not self._stop.wait(_WATCH_SECONDS):
            if process.poll() is not None:
                return _describe(process.returncode)
            now = time.monotonic()
            if now - since > self._back_off.forgiven_after_seconds:
                self._deaths = 0
            if now - asked <= _REPROBE_SECONDS:
                continue
            why_not = _PAUSED if is_paused(process.pid) else self.component.ready()
            asked = time.monotonic()
            failures = 0 if why_not is None else failures + 1
            self._note_readiness(why_not, failures)
            if not isinstance(why_not, NoAnswer):
                silent_since = None
                continue
            silent_since = silent_since or now
            if asked - silent_since > self.component.hung_after_seconds:
                return f"no answer for {asked - silent_since:.0f} s, so it was ended"
        return "stopped"

    def _note_readiness(self, why_not: str | None, failures: int) -> None:
        if why_not is None:
            if self._status.state is not State.READY:
                self._is_ready_again()
        elif self._status.state is not State.READY:
            if why_not != self._status.detail:
                self._set(detail=why_not)
        elif failures >= _FAILURES_THAT_COUNT or why_not is _PAUSED:
            self._set(state=State.STARTING, detail=why_not, incidents=self._with_incident(why_not))

    def _is_ready_again(self, **changes: object) -> None:
        incidents = ended(self._status.incidents, at=time.time())
        self._set(state=State.READY, detail="", incidents=incidents, **changes)

    def _with_incident(self, what: str) -> tuple[Incident, ...]:
        return begun(self._status.incidents, what, at=time.time())

    def _is_hopeless(self) -> bool:
        if self.was_ready.is_set():
            return False  # it has worked before, so it can work again
        process = self._process
        refused = process is not None and process.returncode == _CONFIGURATION_EXIT
        return refused or self._deaths >= self._back_off.attempts_before_ready

    def _wait_for_restart(self, end: str) -> None:
        delay = self._back_off.delay(self._deaths)
        self._set(
            state=State.BACKING_OFF,
            pid=None,
            restarts=self._status.restarts + 1,
            last_exit=end,
            detail=f"{end}; starting again in {delay:g} s",
            incidents=self._with_incident(end),
        )
        self._stop.wait(delay)

    def _clean_up(self) -> None:
        """End the whole session: a dead leader may have left a JVM or workers behind."""
        if self._process is not None:
            end_session(self._process.pid, within_seconds=self.component.stop_within_seconds)
            self._process.wait()

    def _set(self, **changes: object) -> None:
        self._status = replace(self._status, **changes)  # type: ignore[arg-type]  # by name
        self._on_change()


def _describe(return_code: int) -> str:
    """Say how a process ended.

    >>> _describe(-9), _describe(70)
    ('killed by signal 9 (SIGKILL)', 'exit code 70')
    """
    if return_code >= 0:
        return f"exit code {return_code}"
    names = {each.value: each.name for each in signal.Signals}
    return f"killed by signal {-return_code} ({names.get(-return_code, 'unknown')})"
