"""A data directory in, a schema registry (Apicurio) component out."""

from __future__ import annotations

from pathlib import Path

from operations.broker import SMALL_JVM
from operations.supervisor import Component
from operations.supervisor.probes import http_ready

_RUNNER = "apicurio-registry-app-3.0.9-runner.jar"
# Warnings only: it would write a line for every request, readiness probes included.
_QUIET = (
    "-Dquarkus.log.level=WARN",
    '-Dquarkus.log.category."io.apicurio".level=WARN',
    '-Dquarkus.log.category."io.quarkus.vertx.http.runtime.filters.accesslog".level=WARN',
    "-Dquarkus.http.access-log.enabled=false",
    "-Dquarkus.banner.enabled=false",
)


def registry(*, java: Path, home: Path, directory: Path, port: int, cwd: Path) -> Component:
    """Return the registry, whose schemas live in `directory`."""
    # Without WRITE_DELAY=0 a kill forgets the last half second, and ids would be given twice.
    storage = f"jdbc:h2:file:{directory / 'registry'};WRITE_DELAY=0"
    return Component(
        name="registry",
        argv=(str(java), *SMALL_JVM, "-Xmx256m", *_QUIET, "-jar", str(home / _RUNNER)),
        env={
            "QUARKUS_HTTP_HOST": "127.0.0.1",
            "QUARKUS_HTTP_PORT": str(port),
            "APICURIO_STORAGE_KIND": "sql",
            "APICURIO_STORAGE_SQL_KIND": "h2",
            "APICURIO_DATASOURCE_URL": storage,
        },
        ready=http_ready(port, "/health/ready"),
        cwd=cwd,
        ports=(port,),
        prepare=lambda: directory.mkdir(parents=True, exist_ok=True),
    )


def registry_url(port: int) -> str:
    """Return the Confluent-compatible address that clients use."""
    return f"http://127.0.0.1:{port}/apis/ccompat/v7"
