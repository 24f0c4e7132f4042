"""One sink as the process that it is, without a supervisor: started, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.integration.conftest import ROOT, free_ports


class SinkProcess:
    def __init__(self, module: str, environment: Mapping[str, str], log: Path) -> None:
        self._module = module
        (self.port,) = free_ports(1)
        self._environment = {**os.environ, **environment, "TELEMETRY_PORT": str(self.port)}
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start, without waiting for readiness."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> None:
        self.launch()
        until(self._is_ready, seconds=60, what=f"{self._module} to be ready")

    def kill(self) -> None:
        """End it with SIGKILL, as a machine would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=30)

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=30)

    def exit_code(self, *, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            return str(answer.read().decode())

    def _is_ready(self) -> bool:
        assert self._process is not None
        code = self._process.poll()
        assert code is None, f"{self._module} ended with {code}: {self.log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2):
                return True
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
        except OSError:
            pass  # it does not listen yet
        return False


@contextmanager
def running(module: str, environment: Mapping[str, str], log: Path) -> Iterator[SinkProcess]:
    process = SinkProcess(module, environment, log)
    process.start()
    try:
        yield process
    finally:
        if process._process is not None and process._process.poll() is None:
            process.kill()


def until(condition: Callable[[], bool], *, seconds: float, what: str, every: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(every)
