"""`./nova demo` on a small file, once undisturbed and once with parts of it killed."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = 300
_PORTS = 20


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
    """Return what kills these components, one after the other, each at its share of the feeding."""
    chance = random.Random(seed)
    order = chance.sample(list(names), len(names))
    shares = sorted(chance.uniform(0.05, 0.9) for _ in names)

    def kill(data_dir: Path) -> None:
        for name, share in zip(order, shares, strict=True):
            os.kill(_pid_when_fed(data_dir, name, share), signal.SIGKILL)

    return kill


def _pid_when_fed(data_dir: Path, name: str, share: float) -> int:
    """Return the pid of a component that is ready, once this share of the batches is fed."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        fed, of = _fed(data_dir / "demo.json")
        assert fed < of or of == 0, f"{name} was to be killed while the demo feeds"
        pid = _ready_pid(data_dir / "run" / "status.json", name)
        if of and fed >= share * of and pid is not None:
            return pid
        threading.Event().wait(0.02)
    pytest.fail(f"{name} was never ready with {share:.0%} fed")


def _fed(mark: Path) -> tuple[int, int]:
    if not mark.exists():
        return 0, 0
    held = json.loads(mark.read_text())
    return held["batches"], held["of"]


def _ready_pid(status: Path, name: str) -> int | None:
    if not status.exists():
        return None
    for each in json.loads(status.read_text())["components"]:
        if each["name"] == name and each["state"] == "ready":
            return int(each["pid"])
    return None


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
