"""`./nova demo` on a small file, once undisturbed and once with parts of it killed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = 300
_PORTS = 14


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo that has ended."""

    report: dict[str, Any]
    output: str
    data_dir: Path
    input_file: Path


def free_port_base() -> int:
    """Return a port with as many free ones above it as a stack needs."""
    for base in random.SystemRandom().sample(range(20_000, 30_000, 20), 50):
        if all(_is_free(base + offset) for offset in range(_PORTS)):
            return base
    pytest.fail("no free range of ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def nova(*arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [str(ROOT / "nova"), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def run_demo(
    directory: Path, input_file: Path, meanwhile: Callable[[Path], None] | None = None
) -> Demo:
    """Run a demo to its end, doing something to it meanwhile."""
    data_dir, report = directory / "data", directory / "report.json"
    log = directory / "demo.log"
    arguments = [
        "demo", "--exit", "--input", str(input_file), "--report", str(report),
        "--data-dir", str(data_dir), "--port-base", str(free_port_base()),
    ]  # fmt: skip
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(ROOT / "nova"), *arguments], stdout=output, stderr=subprocess.STDOUT
        )
        try:
            if meanwhile is not None:
                meanwhile(data_dir)
            code = process.wait(timeout=600)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)
    said = log.read_text()
    assert code == 0, said
    return Demo(json.loads(report.read_text()), said, data_dir, input_file)


def kill_each(names: Sequence[str], seed: int) -> Callable[[Path], None]:
    """Return what kills these components, one after the other, while the demo feeds."""
    chance = random.Random(seed)

    def kill(data_dir: Path) -> None:
        for name in chance.sample(list(names), len(names)):
            pid = _wait_for_ready(data_dir, name)
            _wait_until(time.monotonic() + chance.uniform(0.5, 3.0))
            os.kill(pid, signal.SIGKILL)

    return kill


def _wait_for_ready(data_dir: Path, name: str) -> int:
    """Return the pid of a component once the whole stack has been ready."""
    status = data_dir / "run" / "status.json"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if status.exists():
            found = json.loads(status.read_text())
            ready = {
                each["name"]: each["pid"]
                for each in found["components"]
                if each["state"] == "ready"
            }
            if name in ready and (len(ready) == len(found["components"])):
                return int(ready[name])
        _wait_until(time.monotonic() + 0.1)
    pytest.fail(f"{name} was never ready")


def _wait_until(moment: float) -> None:
    while (left := moment - time.monotonic()) > 0:
        select_nothing(left)


def select_nothing(seconds: float) -> None:
    """Let time pass: the moment of a kill is the input of the test, not a wait for something."""
    signal.sigtimedwait([], seconds)


@pytest.fixture(scope="session")
def input_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated export, with all the dirt of a real one."""
    path = tmp_path_factory.mktemp("input") / "requisicoes_geradas.csv"
    made = subprocess.run(
        [
            str(ROOT / ".nova/environments/main/bin/python"), "-m",
            "producers.generated_requisitions",
            "--out", str(path), "--lines", str(LINES), "--seed", "11",
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return path


@pytest.fixture(scope="session")
def demo(input_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, undisturbed."""
    return run_demo(tmp_path_factory.mktemp("demo"), input_file)


@pytest.fixture(scope="session")
def killed_demo(input_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The same demo, with Flink, the stock worker, the lake sink and the registry killed."""
    kill = kill_each(["cleaning", "stock", "lakehouse", "registry"], seed=7)
    return run_demo(tmp_path_factory.mktemp("killed"), input_file, kill)
