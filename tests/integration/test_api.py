"""The service as the supervisor runs it: a process, its probes, its end, a writer beside it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
KEY = "an-owner-key"
_DEADLINE_SECONDS = 30.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.05)


@dataclass(frozen=True, slots=True)
class Service:
    """One running `python -m api`."""

    process: subprocess.Popen[bytes]
    port: int
    telemetry_port: int
    read_model: Path

    def get(self, path: str, *, port: int | None = None) -> httpx2.Response:
        url = f"http://127.0.0.1:{port or self.port}{path}"
        return httpx2.get(url, headers={"X-API-Key": KEY})

    def readiness(self, port: int) -> int | None:
        """Return the status of /readyz, None while nothing listens."""
        try:
            return self.get("/readyz", port=port).status_code
        except httpx2.TransportError:
            return None


def start(directory: Path, *, port: int) -> Service:
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    keys = [{"id": "owner", "sha256": digest, "scopes": ["stock:read"]}]
    (directory / "keys.json").write_text(json.dumps(keys))
    telemetry_port = free_port()
    environment = {
        "API_PORT": str(port),
        "TELEMETRY_PORT": str(telemetry_port),
        "API_KEYS_FILE": str(directory / "keys.json"),
        "API_ONCE_FILE": str(directory / "once.json"),
        "LIVE_VIEW_PATH": str(directory / "live_view.sqlite"),
        "STATE_DIR": str(directory / "state"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], cwd=ROOT, env=os.environ | environment
    )
    return Service(process, port, telemetry_port, directory / "live_view.sqlite")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    started = start(tmp_path, port=free_port())
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def test_both_probes_follow_the_read_model_from_absent_to_there(service: Service):
    eventually(lambda: service.readiness(service.port) == 503)
    assert service.readiness(service.telemetry_port) == 503

    ReadModelRows(service.read_model)

    eventually(lambda: service.readiness(service.port) == 200)
    assert service.readiness(service.telemetry_port) == 200


def test_what_is_written_while_it_runs_is_seen_by_the_next_request(service: Service):
    rows = ReadModelRows(service.read_model)
    eventually(lambda: service.readiness(service.port) == 200)

    for on_hand in (1_000, 2_500, 0):
        rows.position(on_hand_milli=on_hand)
        found = service.get("/v1/inventory/010825/BAJSS002-3").json()
        assert found["on_hand"] == on_hand / 1000


def test_a_list_read_under_a_busy_writer_is_never_half_of_a_commit(service: Service):
    rows = ReadModelRows(service.read_model)
    eventually(lambda: service.readiness(service.port) == 200)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            rows.position(site_id="s1", log_offset=number, facts=number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = []
        for _ in range(100):
            for row in service.get("/v1/inventory").raise_for_status().json()["items"]:
                assert row["facts"] == row["as_of_offset"]
                seen.append(row["facts"])
    finally:
        stop.set()
        writer.join()
    assert seen == sorted(seen)
    assert len(set(seen)) > 1


def test_it_ends_cleanly_when_told_to_even_with_a_browser_connected(service: Service):
    ReadModelRows(service.read_model)
    eventually(lambda: service.readiness(service.port) == 200)

    with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}") as browser:
        browser.get("/healthz")
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=_DEADLINE_SECONDS) == 0


def test_a_taken_port_is_one_clear_refusal(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = start(tmp_path, port=int(taken.getsockname()[1]))
        assert refused.process.wait(timeout=_DEADLINE_SECONDS) == 2
