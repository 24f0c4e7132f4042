"""The supervisor over real processes: small ones of its own, and the real broker and registry."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import psutil
import pytest

from domain.errors import ConfigurationError, PlatformError
from operations.artifacts import ArtifactStore
from operations.registry import registry_url
from operations.supervisor import (
    BackOff,
    Component,
    Stack,
    State,
    Step,
    read_status,
    status_path,
)
from operations.supervisor.probes import http_ready
from tests.integration.conftest import ROOT, broker_in, free_ports, registry_in

QUICK = BackOff(first_seconds=0.2, attempts_before_ready=2)
# Serves /readyz, and has a child that outlives it unless somebody ends that too.
SERVER = """
import http.server, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SERVER
SUPERVISOR = """
import sys, threading
from pathlib import Path
from tests.integration.test_supervisor import STUBBORN, server
from operations.supervisor import Stack
with Stack(Path(sys.argv[1]), [server("one", int(sys.argv[2]), code=STUBBORN)]) as stack:
    stack.start(within_seconds=20)
    threading.Event().wait()
"""


def server(name: str, port: int, *, code: str = SERVER, after: tuple[str, ...] = ()) -> Component:
    return Component(
        name=name,
        argv=(sys.executable, "-c", code, str(port)),
        ready=http_ready(port),
        cwd=ROOT,
        ports=(port,),
        depends_on=after,
        stop_within_seconds=2.0,
    )


def eventually(holds: Callable[[], bool], *, within_seconds: float = 30.0) -> None:
    deadline = time.monotonic() + within_seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def alive(pids: list[int]) -> list[int]:
    return [
        pid
        for pid in pids
        if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    ]


def family(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def pid_of(stack: Stack, name: str) -> int:
    pid = stack.status().component(name).pid
    assert pid is not None
    return pid


def kill(stack: Stack, name: str) -> None:
    """Kill -9 one component, and wait until it is ready again."""
    before = stack.status().component(name).restarts
    os.kill(pid_of(stack, name), signal.SIGKILL)

    def is_back() -> bool:
        found = stack.status().component(name)
        return found.restarts > before and found.state is State.READY

    eventually(is_back)


def test_components_start_in_the_order_of_their_dependencies(tmp_path: Path) -> None:
    first, second = free_ports(2)
    order: list[str] = []

    def note() -> str:
        order.append("step" if http_ready(first)() is None else "too early")
        assert http_ready(second)() is not None
        return "noted"

    parts = [
        server("second", second, after=("between",)),
        Step(name="between", run=note, depends_on=("first",)),
        server("first", first),
    ]
    with Stack(tmp_path, parts) as stack:
        status = stack.start(within_seconds=30)
    assert order == ["step"]
    assert status.all_ready
    assert status.steps[0].detail == "noted"
    assert all(each.seconds_to_ready for each in status.components)


def test_what_dies_is_started_again_and_said_so(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path, [server("one", port)], back_off=QUICK) as stack:
        stack.start(within_seconds=30)
        old = family(pid_of(stack, "one"))
        kill(stack, "one")
        kill(stack, "one")
        found = stack.status().component("one")
        assert alive(old) == []
    assert found.restarts == 2
    assert found.last_exit == "killed by signal 9 (SIGKILL)"
    assert found.pid not in old


def test_a_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    ports = free_ports(2)
    parts = [server("one", ports[0]), server("two", ports[1], code=STUBBORN, after=("one",))]
    with Stack(tmp_path, parts) as stack:
        stack.start(within_seconds=30)
        pids = family(pid_of(stack, "one")) + family(pid_of(stack, "two"))
        assert len(alive(pids)) == 4
    assert alive(pids) == []
    written = read_status(status_path(tmp_path))
    assert written is not None
    assert {each.state for each in written.components} == {State.STOPPED}


def test_a_component_that_never_gets_ready_fails_the_start_with_its_last_words(
    tmp_path: Path,
) -> None:
    (port,) = free_ports(1)
    broken = server("broken", port, code="raise SystemExit('no such lake')")
    with Stack(tmp_path, [broken], back_off=QUICK) as stack:
        with pytest.raises(PlatformError, match=r"broken: exit code 1(.|\n)*no such lake"):
            stack.start(within_seconds=30)
        assert stack.status().component("broken").state is State.FAILED


def test_a_configuration_error_is_not_tried_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path, [server("one", port, code="raise SystemExit(2)")]) as stack:
        with pytest.raises(PlatformError, match="exit code 2"):
            stack.start(within_seconds=30)
        assert stack.status().component("one").restarts == 0


def test_a_second_supervisor_of_one_data_directory_is_refused(tmp_path: Path) -> None:
    with (
        Stack(tmp_path, []),
        pytest.raises(ConfigurationError, match=r"runs in .* already"),
        Stack(tmp_path, []),
    ):
        pass


def test_a_taken_port_is_refused_with_its_owner(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path / "a", [server("one", port)]) as stack:
        stack.start(within_seconds=30)
        owner = pid_of(stack, "one")
        with (
            pytest.raises(ConfigurationError, match=f"port {port} is taken by pid {owner} "),
            Stack(tmp_path / "b", [server("two", port)]),
        ):
            pass


def test_the_next_start_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    killed = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path), str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    eventually(lambda: is_ready(tmp_path))
    status = read_status(status_path(tmp_path))
    assert status is not None
    left = family(status.components[0].pid or 0)
    killed.kill()
    killed.wait()
    assert alive(left) == left
    with Stack(tmp_path, [server("one", port)]) as stack:
        stack.start(within_seconds=30)
        assert alive(left) == []
        assert f"before (pid {killed.pid}) ended at" in stack.status().before


def is_ready(data_dir: Path) -> bool:
    status = read_status(status_path(data_dir))
    return status is not None and status.state is State.READY


def test_peak_memory_counts_what_a_component_started_too(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Stack(tmp_path, [server("one", port)]) as stack:
        stack.start(within_seconds=30)
        eventually(lambda: stack.status().peak_rss_mib["one"] > 0)
        leader = psutil.Process(pid_of(stack, "one")).memory_info().rss / 2**20
        eventually(lambda: stack.status().peak_rss_mib["one"] > leader)


@pytest.mark.integration
@pytest.mark.timeout(180)
def test_broker_and_registry_keep_what_they_know_through_kills_and_starts(
    artifacts: ArtifactStore, tmp_path: Path
) -> None:
    ports = free_ports(3)
    parts = [
        broker_in(tmp_path / "broker", artifacts, ports),
        registry_in(tmp_path / "registry", artifacts, ports[2]),
    ]
    with Stack(tmp_path, parts, back_off=QUICK) as stack:
        stack.start(within_seconds=90)
        ids = {name: register(ports[2], name) for name in "abc"}
        create_topic(ports[0], "kept")
        os.kill(pid_of(stack, "registry"), signal.SIGKILL)
        kill(stack, "broker")
        eventually(lambda: stack.status().all_ready, within_seconds=60)
        assert {name: register(ports[2], name) for name in "abc"} == ids
        assert "kept" in topic_names(ports[0])
    with Stack(tmp_path, parts) as stack:
        stack.start(within_seconds=90)
        assert {name: register(ports[2], name) for name in "abc"} == ids
        assert "kept" in topic_names(ports[0])


def register(port: int, name: str) -> int:
    schema = json.dumps({"type": "record", "name": name, "fields": []})
    url = f"{registry_url(port)}/subjects/{name}-value/versions"
    return int(httpx2.post(url, json={"schema": schema}).raise_for_status().json()["id"])


def create_topic(port: int, name: str) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}"})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)


def topic_names(port: int) -> set[str]:
    from confluent_kafka.admin import AdminClient

    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}"})
    return set(admin.list_topics(timeout=30).topics)
