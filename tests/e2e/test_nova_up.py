"""`nova up`, `status` and `down` on one data directory: twice detached, then in front."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from operations.settings import StackSettings
from operations.supervisor.processes import marked
from tests.e2e.conftest import ROOT, free_port_base, nova

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

KEY = "chosen-by-the-person"
DOCUMENTED = {
    "name", "pid", "state", "restarts", "seconds_to_ready", "last_exit", "port", "rss_mib",
    "detail",
}  # fmt: skip
READY_AGAIN_WITHIN_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Life:
    """What one detached stack was seen to do, from `up` to after `down`."""

    up: subprocess.CompletedProcess[str]
    seconds_to_ready: float
    status: dict[str, Any]
    listening: dict[int, str]
    left: list[int]


@dataclass(frozen=True, slots=True)
class Running:
    """A detached stack that is up now."""

    settings: StackSettings
    seconds_to_ready: float


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackSettings]:
    """Where the stack lives; whatever a failed test leaves of it is ended."""
    chosen = StackSettings(tmp_path_factory.mktemp("up") / "data", free_port_base())
    yield chosen
    nova("down", *of(chosen.data_dir))
    assert marked(str(chosen.data_dir)) == []


@pytest.fixture(scope="module")
def first(settings: StackSettings) -> Life:
    """The first life: up with a key of the person's choice, seen, asked, and down."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NOVA_API_KEY", KEY)
        up, seconds = timed_up(settings)
    status, listening = status_of(settings), listeners(settings)
    nova("down", *of(settings.data_dir))
    return Life(up, seconds, status, listening, marked(str(settings.data_dir)))


@pytest.fixture(scope="module")
def second(settings: StackSettings, first: Life) -> Iterator[Running]:
    """The second life on the same data, still going on."""
    assert first.left == []
    up, seconds = timed_up(settings)
    assert up.returncode == 0, up.stderr
    yield Running(settings, seconds)
    nova("down", *of(settings.data_dir))


def of(data_dir: Path) -> tuple[str, str]:
    return "--data-dir", str(data_dir)


def timed_up(settings: StackSettings) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.monotonic()
    at = ("--port-base", str(settings.port_base))
    up = nova("up", "--detach", *of(settings.data_dir), *at)
    return up, time.monotonic() - began


def status_of(settings: StackSettings) -> dict[str, Any]:
    shown = nova("status", "--json", *of(settings.data_dir))
    status: dict[str, Any] = json.loads(shown.stdout)
    return {**status, "exit_code": shown.returncode}


def listeners(settings: StackSettings) -> dict[int, str]:
    """Return the address of every listener of the stack on a port of ours."""
    pids = set(marked(str(settings.data_dir)))
    ours = range(settings.port_base, settings.port_base + 20)
    return {
        each.laddr.port: each.laddr.ip
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.pid in pids and each.laddr.port in ours
    }


def until(condition: Callable[[], bool], *, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met


def event_ids(settings: StackSettings, topic: str) -> Counter[tuple[int, str]]:
    """Return how often each event lies in each partition of a topic, all of it read."""
    consumer = Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "group.id": "tests.e2e.nova_up",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in partitions])
    found: Counter[tuple[int, str]] = Counter()
    ended = set()
    while len(ended) < len(partitions):
        message = consumer.poll(10)
        assert message is not None, f"{topic} does not answer"
        if message.error() is None:
            found[message.partition(), dict(message.headers())["ce_id"].decode()] += 1
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            raise AssertionError(message.error().str())
    consumer.close()
    return found


def test_every_component_is_ready_and_says_all_that_is_documented(first: Life) -> None:
    assert first.up.returncode == 0, first.up.stderr
    assert first.status["exit_code"] == 0
    components = {each["name"]: each for each in first.status["components"]}
    assert set(components) >= {"broker", "registry", "cleaning", "api", "clock", "schedule"}
    assert {each["state"] for each in components.values()} == {"ready"}
    assert [name for name, each in components.items() if not set(each) >= DOCUMENTED] == []
    assert {each["restarts"] for each in components.values()} == {0}


def test_everything_listens_on_loopback_only(first: Life) -> None:
    assert set(first.listening) >= {each["port"] for each in first.status["components"]}
    strangers = {port: ip for port, ip in first.listening.items() if not is_loopback(ip)}
    assert strangers == {}


def is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def test_down_leaves_no_process(first: Life) -> None:
    assert first.left == []


def test_it_is_ready_again_on_the_same_data(second: Running) -> None:
    assert second.seconds_to_ready < READY_AGAIN_WITHIN_SECONDS
    assert status_of(second.settings)["exit_code"] == 0


def test_the_person_s_own_key_opens_the_api_and_no_process_holds_it(second: Running) -> None:
    request = urllib.request.Request(
        f"{second.settings.api_url}/v1/summary", headers={"X-API-Key": KEY}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
    pids = marked(str(second.settings.data_dir))
    assert pids
    assert [pid for pid in pids if "NOVA_API_KEY" in psutil.Process(pid).environ()] == []


def test_no_tick_is_passed_on_twice(second: Running) -> None:
    # Two lives within one minute publish its tick twice; it is one event, and stays one.
    published = {event for _, event in event_ids(second.settings, "raw.clock-tick.v1")}
    assert published

    def all_cleaned() -> bool:
        return published <= {
            event for _, event in event_ids(second.settings, "clean.stock-fact.v1")
        }

    assert until(all_cleaned, within_seconds=30)
    cleaned = event_ids(second.settings, "clean.stock-fact.v1")
    assert {partition for partition, _ in cleaned} == set(range(6))
    assert {key: times for key, times in cleaned.items() if times > 1} == {}


def test_the_calendar_is_published_at_each_start_and_passed_on_once(second: Running) -> None:
    published = event_ids(second.settings, "raw.calendar-day.v1")
    assert len(published) > 150
    assert set(published.values()) == {2}

    def all_cleaned() -> bool:
        return set(event_ids(second.settings, "clean.calendar-day.v1")) == set(published)

    assert until(all_cleaned, within_seconds=30)
    assert set(event_ids(second.settings, "clean.calendar-day.v1").values()) == {1}


def test_a_second_one_on_the_same_data_is_refused_in_one_sentence(second: Running) -> None:
    refused = nova("up", *of(second.settings.data_dir), "--port-base", str(free_port_base()))
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"nova: a stack runs in {second.settings.data_dir} already (pid ")


def test_a_taken_port_is_named_with_its_owner(second: Running, tmp_path: Path) -> None:
    refused = nova("up", *of(tmp_path), "--port-base", str(second.settings.port_base))
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    broker = next(
        e["pid"] for e in status_of(second.settings)["components"] if e["name"] == "broker"
    )
    assert f"port {second.settings.port('broker')} is taken by pid {broker} (" in line
    assert marked(str(tmp_path)) == []


def test_ctrl_c_stops_the_one_in_front_with_the_broker_last(
    second: Running, tmp_path: Path
) -> None:
    nova("down", *of(second.settings.data_dir))
    arguments = ["up", *of(second.settings.data_dir), "--port-base", str(second.settings.port_base)]
    with (tmp_path / "up.log").open("w") as output:
        process = subprocess.Popen(
            [str(ROOT / "nova"), *arguments], stdout=output, stderr=subprocess.STDOUT
        )
    assert until(lambda: is_ready(second.settings, process.pid), within_seconds=120)
    pids = {each["name"]: each["pid"] for each in status_of(second.settings)["components"]}
    os.kill(process.pid, signal.SIGINT)
    outlived = outlived_by(pids.pop("broker"), list(pids.values()))
    assert process.wait(timeout=60) == 0, (tmp_path / "up.log").read_text()
    assert outlived
    assert marked(str(second.settings.data_dir)) == []


def is_ready(settings: StackSettings, pid: int) -> bool:
    """Whether the supervisor with this pid has all ready, by the file it writes."""
    path = settings.data_dir / "run" / "status.json"
    supervisor = json.loads(path.read_text())["supervisor"]
    return supervisor["pid"] == pid and supervisor["state"] == "ready"


def outlived_by(last: int, others: list[int]) -> bool:
    """Watch until `last` is gone; return whether all others were gone before."""
    running = True
    while psutil.pid_exists(last):
        running = any(psutil.pid_exists(each) for each in others)
        time.sleep(0.02)
    return not running
