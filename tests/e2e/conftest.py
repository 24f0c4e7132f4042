"""`./nova demo` on a small file: undisturbed, once more, and with all of it killed on the way."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from operations.bench.faults.disturbed import Demo, DisturbedDemo
from operations.bench.faults.rounds import Round, one_round, small_input
from operations.bench.ports import free_port_base

ROOT = Path(__file__).resolve().parents[2]
SEED = 52

__all__ = ["ROOT", "Demo", "free_port_base", "nova", "run_demo"]


def nova(*arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [str(ROOT / "nova"), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def run_demo(directory: Path, input_file: Path) -> Demo:
    """Run a demo to its end, undisturbed."""
    return DisturbedDemo(directory, input_file, free_port_base()).run()


@pytest.fixture(scope="session")
def input_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated export, with all the dirt of a real one."""
    return small_input(tmp_path_factory.mktemp("input") / "requisicoes_geradas.csv")


@pytest.fixture(scope="session")
def demo(input_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, undisturbed."""
    return run_demo(tmp_path_factory.mktemp("demo"), input_file)


@pytest.fixture(scope="session")
def demo_again(demo: Demo) -> Demo:
    """The same command on the same data directory, once more."""
    return run_demo(demo.data_dir.parent, demo.input_file)


@pytest.fixture(scope="session")
def killed(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """One seed of `nova bench faults`: all of it killed, and the command started again twice."""
    return one_round(SEED, demo, tmp_path_factory.mktemp("killed"), free_port_base())
