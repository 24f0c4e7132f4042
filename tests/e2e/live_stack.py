"""One stack of `nova up` seen from outside: its command, its status, its ports, its log."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from confluent_kafka import Message

from adapters.kafka import KafkaSettings, PartitionReader, whole_topics
from adapters.registry import RegistryCodecs, RegistrySettings
from operations.components import environment_of
from operations.registry import registry_url
from operations.settings import StackSettings
from operations.supervisor import State, read_status, status_path
from operations.supervisor.processes import marked
from tests.e2e.conftest import ROOT, nova

EventIds = Counter[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Listener:
    """A port that a stack listens on, whatever its number, and the leader of who does."""

    port: int
    ip: str
    leader: int


@dataclass(frozen=True, slots=True)
class Life:
    """What one detached stack was seen to do, from `up` to after `down`."""

    up: subprocess.CompletedProcess[str]
    seconds_to_ready: float
    status: dict[str, Any]
    listening: list[Listener]
    left: list[int]


@dataclass(frozen=True, slots=True)
class Running:
    """A detached stack that is up now."""

    settings: StackSettings
    seconds_to_ready: float


@dataclass(frozen=True, slots=True)
class Revived:
    """A stack in front, on what the death of everything at once has left."""

    settings: StackSettings
    process: subprocess.Popen[bytes]
    seconds_to_ready: float
    early_readyz: frozenset[int | None]
    """What the API's probe answered before the supervisor said that all is ready."""
    published: dict[str, EventIds]
    """Before the death, by raw topic."""
    read: dict[tuple[str, int], int]
    """By the API at its first chance."""
    in_the_log: dict[tuple[str, int], int]
    """How far the topics behind it went before the death."""


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


def listeners(settings: StackSettings) -> list[Listener]:
    pids = set(marked(str(settings.data_dir)))
    return [
        Listener(each.laddr.port, each.laddr.ip, os.getsid(each.pid))
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.pid in pids
    ]


def until(condition: Callable[[], bool], *, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met


def event_ids(settings: StackSettings, topic: str) -> EventIds:
    """Return how often each event lies in each partition of a topic, all of it read."""
    return Counter(
        (message.partition(), dict(message.headers())["ce_id"].decode())
        for message in messages(settings, topic)
    )


def raw_records_behind(
    settings: StackSettings, topic: str
) -> dict[tuple[int, str], set[tuple[int, int]]]:
    """Return the raw records that each event in a partition of a clean topic was made from.

    A restart of cleaning may write a record again that it has written, from the same raw record.
    What it must not do is pass another raw record of the same event on.
    """
    found = defaultdict[tuple[int, str], set[tuple[int, int]]](set)
    url = registry_url(settings.port("registry"))
    with closing(RegistryCodecs(RegistrySettings(url=url))) as codecs:
        for message in messages(settings, topic):
            record = codecs.decode(topic, message.value())
            at = record["raw_partition"], record["raw_offset"]
            found[message.partition(), record["event_id"]].add(at)
    return found


def messages(settings: StackSettings, topic: str) -> list[Message]:
    """Return everything in a topic."""
    kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
    return list(whole_topics(kafka, [topic], client_id="tests.e2e.nova_up"))


def publish_lines(settings: StackSettings, file: Path) -> None:
    """Publish a requisition export as an operator would."""
    done = subprocess.run(
        [str(settings.python("main")), "-m", "producers.erp_requisitions", str(file)],
        cwd=ROOT,
        env={**os.environ, **environment_of(settings, "tests")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def read_of(settings: StackSettings, key: str) -> dict[tuple[str, int], int]:
    """Return the next offset that the read model wants of each partition, from the API."""
    answer = answered(settings, "/v1/freshness", key)
    return {
        (topic["topic"], each["partition"]): each["next_offset"]
        for topic in answer["topics"]
        for each in topic["partitions"]
    }


def ends_of(
    settings: StackSettings, partitions: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """Return how far each partition goes now."""
    kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
    with closing(PartitionReader(kafka, client_id="tests.e2e.live_stack")) as reader:
        return reader.end_offsets(partitions)


def answered(settings: StackSettings, path: str, key: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{settings.api_url}{path}", headers={"X-API-Key": key})
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def readyz(settings: StackSettings) -> int | None:
    """Return the status of the API's own probe, None where nothing listens."""
    try:
        with urllib.request.urlopen(f"{settings.api_url}/readyz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None


def is_ready(settings: StackSettings, pid: int) -> bool:
    """Whether the supervisor with this pid has all ready, by the file it writes."""
    status = read_status(status_path(settings.data_dir))
    return status is not None and status.pid == pid and status.state is State.READY


def outlived_by(last: int, others: list[int]) -> bool:
    """Watch until `last` is gone; return whether all others were gone before."""
    running = True
    while psutil.pid_exists(last):
        running = any(psutil.pid_exists(each) for each in others)
        time.sleep(0.02)
    return not running
