"""A worker that is told to stop ends before it can acknowledge anything more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import asyncio, os, signal, sys
from pathlib import Path
from adapters.kafka import KafkaSettings
from stream_processors.faust_app import Worker, application

async def run():
    app = application("tests", KafkaSettings(bootstrap_servers="127.0.0.1:9"), Path(sys.argv[1]))
    worker = Worker(app, loop=asyncio.get_running_loop())
    worker.install_signal_handlers()
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
    try:
        await asyncio.Event().wait()
    finally:
        print("it went on to stop in order")

asyncio.run(run())
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_stop_ends_the_process_at_once_and_in_peace(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(tmp_path), name],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
