"""The real broker and the real registry, each once a session, and what speaks to them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from operations.artifacts import ArtifactStore
from operations.broker import broker
from operations.java import find_java
from operations.registry import registry as registry_component
from operations.registry import registry_url
from operations.supervisor import Component, Stack
from operations.topics import apply_topics

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class RunningKafka:
    bootstrap_servers: str
    data_dir: Path


@dataclass(frozen=True, slots=True)
class RunningRegistry:
    url: str
    data_dir: Path


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def broker_in(directory: Path, artifacts: ArtifactStore, ports: list[int]) -> Component:
    return broker(
        java=find_java().executable,
        jars=artifacts.paths("kafka"),
        directory=directory,
        port=ports[0],
        controller_port=ports[1],
        cwd=ROOT,
    )


def registry_in(directory: Path, artifacts: ArtifactStore, port: int) -> Component:
    return registry_component(
        java=find_java().executable,
        home=artifacts.registry_home(),
        directory=directory,
        port=port,
        cwd=ROOT,
    )


@pytest.fixture(scope="session")
def artifacts() -> ArtifactStore:
    return ArtifactStore()


@pytest.fixture(scope="session")
def kafka(
    artifacts: ArtifactStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKafka]:
    data_dir = tmp_path_factory.mktemp("kafka")
    ports = free_ports(2)
    with Stack(data_dir, [broker_in(data_dir / "broker", artifacts, ports)]) as stack:
        stack.start(within_seconds=90)
        yield RunningKafka(f"127.0.0.1:{ports[0]}", data_dir)


@pytest.fixture(scope="session")
def registry(
    artifacts: ArtifactStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningRegistry]:
    data_dir = tmp_path_factory.mktemp("registry")
    (port,) = free_ports(1)
    with Stack(data_dir, [registry_in(data_dir / "registry", artifacts, port)]) as stack:
        stack.start(within_seconds=90)
        yield RunningRegistry(registry_url(port), data_dir)


@pytest.fixture
def settings(kafka: RunningKafka, registry: RunningRegistry) -> KafkaSettings:
    """The broker, with every topic that is declared."""
    apply_topics(kafka.bootstrap_servers, registry.url)
    return KafkaSettings(bootstrap_servers=kafka.bootstrap_servers)


@pytest.fixture
def codecs(registry: RunningRegistry) -> Iterator[RegistryCodecs]:
    with closing(RegistryCodecs(RegistrySettings(url=registry.url))) as codecs:
        yield codecs


@pytest.fixture
def publisher(settings: KafkaSettings) -> Iterator[Publisher]:
    with closing(Publisher(settings, client_id="tests")) as publisher:
        yield publisher


@pytest.fixture
def environment(kafka: RunningKafka, registry: RunningRegistry) -> dict[str, str]:
    """What every process of a stage is told."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "REGISTRY_URL": registry.url,
    }
