"""A fault in, the signals that make it happen out."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from operations.bench.faults.plan import PAUSE_SECONDS, Fault, Harm
from operations.bench.faults.targets import everything, ready_pid


@dataclass(slots=True)
class Harmer:
    """Does to one stack what a plan says, and lets go on what it has paused."""

    data_dir: Path
    pause_seconds: float = PAUSE_SECONDS
    _paused: list[threading.Timer] = field(default_factory=list)

    @property
    def is_pausing(self) -> bool:
        """Whether something is still paused."""
        return any(timer.is_alive() for timer in self._paused)

    def try_to(self, fault: Fault, supervisor: int) -> bool:
        """Make it happen if its target is ready; return whether it did.

        The stack does not end while something is paused: that would only end the pause early.
        """
        if fault.harm.ends_the_command and self.is_pausing:
            return False
        match fault.harm:
            case Harm.CTRL_C:
                os.kill(supervisor, signal.SIGINT)
                return True
            case Harm.POWER_CUT:
                for each in everything(self.data_dir, supervisor):
                    _send(each, signal.SIGKILL)
                return True
            case Harm.KILL | Harm.PAUSE:
                pid = ready_pid(self.data_dir, supervisor, fault.target)
                if pid is not None:
                    self._do(fault.harm, pid)
                return pid is not None

    def let_go(self) -> None:
        """Let everything that is paused go on."""
        for timer in self._paused:
            timer.join()

    def _do(self, harm: Harm, pid: int) -> None:
        if harm is Harm.KILL:
            _send(pid, signal.SIGKILL)
            return
        _send(pid, signal.SIGSTOP)
        timer = threading.Timer(self.pause_seconds, _send, (pid, signal.SIGCONT))
        timer.daemon = True
        timer.start()
        self._paused.append(timer)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
