"""The catalogue: every component of the stack, how it starts and what it waits for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from domain.instants import SAO_PAULO
from operations.artifacts import ArtifactStore
from operations.broker import broker
from operations.java import Java
from operations.registry import registry, registry_url
from operations.schedule.book import schedule_path
from operations.settings import StackSettings
from operations.supervisor import Component, Step
from operations.supervisor.probes import http_ready
from operations.topics import apply_topics

_BEFORE_ALL = ("topics apply",)


class Profile(StrEnum):
    """What the stack is started for."""

    LIVE = "live"
    """The clock ticks once a minute, and jobs run when they are due."""
    DEMO = "demo"
    """The clock follows the data, and a receiver checks the webhooks."""


def catalogue(
    settings: StackSettings, *, artifacts: ArtifactStore, java: Java, profile: Profile
) -> tuple[Component | Step, ...]:
    """Return everything that runs, in the order in which data passes."""
    rest: tuple[Component | Step, ...]
    match profile:
        case Profile.LIVE:
            rest = (
                _calendar(settings),
                _clock(settings),
                _watched_folder(settings),
                _schedule(settings, artifacts, java),
            )
        case Profile.DEMO:
            rest = (_webhook_receiver(settings),)
    return (
        _broker(settings, artifacts, java),
        _registry(settings, artifacts, java),
        Step(
            name="topics apply",
            run=lambda: apply_topics(
                settings.bootstrap_servers, registry_url(settings.port("registry"))
            ).in_words(),
            depends_on=("broker", "registry"),
        ),
        _cleaning(settings, artifacts, java),
        _python(settings, "stock", "stream_processors.stock"),
        _python(settings, "pooling", "stream_processors.pooling"),
        _python(settings, "lakehouse", "sinks.lakehouse"),
        _python(settings, "live-view", "sinks.live_view", env=_live_view(settings)),
        _python(settings, "webhooks", "sinks.webhooks", env=_webhooks(settings)),
        _api(settings, artifacts),
        *rest,
        _monitor(settings),
    )


def environment_of(settings: StackSettings, name: str) -> dict[str, str]:
    """Return what every Python part of the platform is told, by environment variables."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "REGISTRY_URL": registry_url(settings.port("registry")),
        "LAKE_URI": str(settings.lake),
        "STATE_DIR": str(settings.state(name)),
        "PYTHONPATH": str(settings.root),
        "PYTHONUNBUFFERED": "1",
        # Every part has a core's worth of work at most: pools of threads only cost memory.
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def spark_environment(
    settings: StackSettings, artifacts: ArtifactStore, java: Java, name: str = "compaction"
) -> dict[str, str]:
    """Return what a Spark job is told; it runs in the main environment."""
    settings.state(name).mkdir(parents=True, exist_ok=True)
    return {
        **environment_of(settings, name),
        "JAVA_HOME": str(java.home),
        "SPARK_JARS": _joined(artifacts.paths("spark")),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(settings.python("main")),
    }


def _broker(settings: StackSettings, artifacts: ArtifactStore, java: Java) -> Component:
    return broker(
        java=java.executable,
        jars=artifacts.paths("kafka"),
        directory=settings.data_dir / "broker",
        port=settings.port("broker"),
        controller_port=settings.port("broker-controller"),
        cwd=settings.root,
    )


def _registry(settings: StackSettings, artifacts: ArtifactStore, java: Java) -> Component:
    return registry(
        java=java.executable,
        home=artifacts.registry_home(),
        directory=settings.data_dir / "registry",
        port=settings.port("registry"),
        cwd=settings.root,
    )


def _cleaning(settings: StackSettings, artifacts: ArtifactStore, java: Java) -> Component:
    flink = {"FLINK_JARS": _joined(artifacts.paths("flink")), "JAVA_HOME": str(java.home)}
    return _python(
        settings, "cleaning", "stream_processors.cleaning", env=flink, environment="flink"
    )


def _api(settings: StackSettings, artifacts: ArtifactStore) -> Component:
    (console_jar,) = artifacts.paths("console")
    api = {
        **_live_view(settings),
        **_uploads(settings),
        **_webhooks(settings),
        "API_PORT": str(settings.port("api")),
        "API_KEYS_FILE": str(settings.keys / "api_keys.json"),
        "API_ONCE_FILE": str(settings.keys / "once.json"),
        "API_CONSOLE_JAR": str(console_jar),
        "NOVA_STATUS_FILE": str(settings.data_dir / "run" / "status.json"),
        "NOVA_SCHEDULE_FILE": str(schedule_path(settings.data_dir)),
        "NOVA_RECONCILIATION_FILE": str(settings.data_dir / "reconciliation.json"),
        "TELEMETRY_PORT": str(settings.port("api-telemetry")),
    }
    # After the read model: whoever is let in early would be answered out of the past.
    return _python(settings, "api", "api", env=api, after=("live-view",))


def _calendar(settings: StackSettings) -> Step:
    def publish() -> str:
        # Only now: it brings the holidays of the world, which no other command needs.
        from operations.calendar import publish_calendar

        url, today = registry_url(settings.port("registry")), datetime.now(SAO_PAULO).date()
        return publish_calendar(settings.bootstrap_servers, url, today=today)

    return Step(name="calendar", run=publish, depends_on=_BEFORE_ALL)


def _clock(settings: StackSettings) -> Component:
    return _python(settings, "clock", "producers.clock")


def _watched_folder(settings: StackSettings) -> Component:
    env = {**_uploads(settings), "UPLOADS_FOLDER": str(settings.data_dir / "uploads")}
    return _python(settings, "uploads", "producers.uploads", env=env)


def _schedule(settings: StackSettings, artifacts: ArtifactStore, java: Java) -> Component:
    env = {
        **spark_environment(settings, artifacts, java, "schedule"),
        "SCHEDULE_FILE": str(schedule_path(settings.data_dir)),
        "SCHEDULE_REPORTS": str(settings.data_dir),
        "SCHEDULE_LOGS": str(settings.data_dir / "logs"),
        "SCHEDULE_SCRATCH": str(settings.state("schedule")),
    }
    return _python(settings, "schedule", "operations.schedule", env=env)


def _webhook_receiver(settings: StackSettings) -> Component:
    directory = settings.data_dir / "webhook-receiver"
    env = {**_webhooks(settings), "RECEIVER_DIRECTORY": str(directory)}
    return _python(settings, "webhook-receiver", "operations.webhook_receiver", env=env)


def _monitor(settings: StackSettings) -> Component:
    monitor = {
        **_live_view(settings),
        "WEBHOOKS_STATE": str(settings.state("webhooks") / "webhooks.sqlite"),
        "NOVA_STATUS_FILE": str(settings.data_dir / "run" / "status.json"),
        "NOVA_SCHEDULE_FILE": str(schedule_path(settings.data_dir)),
        "NOVA_RECONCILIATION_FILE": str(settings.data_dir / "reconciliation.json"),
        "NOVA_QUALITY_FILE": str(settings.lake / "quality" / "result.json"),
    }
    return _python(settings, "monitor", "operations.monitor", env=monitor)


def _live_view(settings: StackSettings) -> dict[str, str]:
    return {"LIVE_VIEW_PATH": str(settings.state("live-view") / "live_view.sqlite")}


def _uploads(settings: StackSettings) -> dict[str, str]:
    return {"UPLOADS_STORE": str(settings.state("uploads") / "uploads.sqlite")}


def _webhooks(settings: StackSettings) -> dict[str, str]:
    return {
        "WEBHOOKS_ENDPOINTS_FILE": str(settings.keys / "webhook_endpoints.json"),
        "WEBHOOKS_STATE": str(settings.state("webhooks") / "webhooks.sqlite"),
    }


def _python(
    settings: StackSettings,
    name: str,
    module: str,
    *,
    env: Mapping[str, str] | None = None,
    environment: str = "main",
    after: tuple[str, ...] = (),
) -> Component:
    port = settings.port(name)
    state = settings.state(name)
    return Component(
        name=name,
        argv=(str(settings.python(environment)), "-m", module),
        env={**environment_of(settings, name), "TELEMETRY_PORT": str(port), **(env or {})},
        ready=http_ready(port),
        cwd=settings.root,
        ports=(port,),
        depends_on=(*_BEFORE_ALL, *after),
        prepare=lambda: state.mkdir(parents=True, exist_ok=True),
    )


def _joined(paths: tuple[Path, ...]) -> str:
    return os.pathsep.join(str(path) for path in paths)
