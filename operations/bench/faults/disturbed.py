"""A plan and an input file in; one demo that went through all of it, started again as often as
it was ended, out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import PlatformError
from operations.bench.faults.harm import Harmer
from operations.bench.faults.plan import Fault, Harm, job_kill
from operations.bench.faults.targets import fed, is_up, java_below, jobs
from operations.settings import ROOT

_POLL_SECONDS = 0.05
_LONGEST_SECONDS = 900.0
# The proof's own word; where a seed was at work, the comparison tells more.
_DOES_NOT_HOLD = 1
_NOT_READY = "to be ready again"


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done to a demo."""

    harm: Harm
    target: str
    when: str
    start: int
    """Of the command, counted from 1, in which it happened."""

    def __str__(self) -> str:
        return f"{self.harm} of {self.target} {self.when}"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that has ended well."""

    report: dict[str, Any]
    output: str
    data_dir: Path
    input_file: Path
    seconds: float
    done: tuple[Done, ...] = ()
    ready_again_seconds: tuple[float, ...] = ()
    """From each further start of the command to a stack that is ready."""


@dataclass(slots=True)
class DisturbedDemo:
    """One run of `nova demo` in a directory of its own."""

    directory: Path
    input_file: Path
    port_base: int
    faults: Sequence[Fault] = ()
    seed: int | None = None
    """Decides when the jobs at the end are killed; None leaves them alone."""
    _done: list[Done] = field(default_factory=list)
    _jobs: set[str] = field(default_factory=set)
    _ready: list[float] = field(default_factory=list)
    _process: subprocess.Popen[bytes] = field(init=False)

    @property
    def data_dir(self) -> Path:
        """Where the demo keeps everything."""
        return self.directory / "data"

    def run(self) -> Demo:
        """Run it to its end.

        Raises:
            PlatformError: it ended badly, or before everything could be done to it.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        self._report.unlink(missing_ok=True)  # of an earlier run
        harmer = Harmer(self.data_dir)
        began = time.monotonic()
        self._process, left = self._start(), list(self.faults)
        try:
            while self._process.poll() is None or left:
                self._require_well(left)
                if left and self._is_due(left[0]) and harmer.try_to(left[0], self._process.pid):
                    self._note(left.pop(0))
                if self.seed is not None:
                    self._kill_jobs(self.seed)
                if time.monotonic() - began > _LONGEST_SECONDS:
                    msg = f"the demo still runs:\n{self._output()}"
                    raise PlatformError(msg)
                time.sleep(_POLL_SECONDS)
            self._require_well(left)
        finally:
            harmer.let_go()
            self._end()
        return self._ended(time.monotonic() - began)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [
                    str(ROOT / "nova"), "demo", "--exit", "--input", str(self.input_file),
                    "--report", str(self._report), "--data-dir", str(self.data_dir),
                    "--port-base", str(self.port_base),
                ],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _is_due(self, fault: Fault) -> bool:
        if fault.harm.ends_the_command and not is_up(self.data_dir, self._process.pid):
            return False
        return fed(self.data_dir) >= fault.share

    def _note(self, fault: Fault) -> None:
        self._did(fault.harm, fault.target, f"with {fed(self.data_dir):.0%} fed")
        if fault.harm.ends_the_command:
            self._process.wait(timeout=120)
            self._start_again()

    def _did(self, harm: Harm, target: str, when: str) -> None:
        self._done.append(Done(harm, target, when, start=len(self._ready) + 1))

    def _start_again(self) -> None:
        began = time.monotonic()
        self._process = self._start()
        while not is_up(self.data_dir, self._process.pid):
            self._require_well([_NOT_READY])
            time.sleep(_POLL_SECONDS)
        self._ready.append(round(time.monotonic() - began, 1))

    def _kill_jobs(self, seed: int) -> None:
        for job in jobs(self._process.pid, time.time()):
            planned = job_kill(seed, job.module)
            if job.module in self._jobs or job.age_seconds < planned.after_seconds:
                continue
            # A job without Spark has no Java.
            java = java_below(job.pid) if planned.java else None
            self._jobs.add(job.module)
            os.kill(java or job.pid, signal.SIGKILL)
            kind = "python" if java is None else "java"
            self._did(Harm.KILL, f"{job.module}/{kind}", f"after {job.age_seconds:.1f} s")

    def _require_well(self, left: Sequence[object]) -> None:
        """Check that it has not ended, or ended with a report when all was done to it."""
        code = self._process.poll()
        compared = self.seed is not None and self._report.exists()
        if code is None or (not left and (code == 0 or (code == _DOES_NOT_HOLD and compared))):
            return
        undone = ", ".join(str(each) for each in left) or "nothing"
        msg = f"the demo ended with exit code {code}; left to do: {undone}\n{self._output()}"
        raise PlatformError(msg)

    def _ended(self, seconds: float) -> Demo:
        return Demo(
            report=json.loads(self._report.read_text(encoding="utf-8")),
            output=self._output(),
            data_dir=self.data_dir,
            input_file=self.input_file,
            seconds=round(seconds, 1),
            done=tuple(self._done),
            ready_again_seconds=tuple(self._ready),
        )

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=120)

    @property
    def _log(self) -> Path:
        return self.directory / "demo.log"

    @property
    def _report(self) -> Path:
        return self.directory / "report.json"

    def _output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")
