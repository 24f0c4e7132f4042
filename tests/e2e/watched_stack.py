"""A running stack in, what a real Prometheus and the API saw of it out: targets, panels, hops."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.keys import write_private
from operations.observability.panels import ROWS
from operations.observability.prometheus import prometheus_config
from operations.settings import StackSettings
from operations.webhook_receiver import Deliveries, build_server
from tests.e2e import small_story
from tests.e2e.conftest import ROOT
from tests.prometheus_package import program

_RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
_SECRET = "whsec_bm92YSBjb3JyZW50ZSB0ZXN0cyBvbmx5"
_WITHIN_SECONDS = 40.0
_LATE_SECONDS = 30.0
# Nothing of these has happened yet in a stack that has just been started: the series is there.
_NOT_YET = ("nova_job_", "nova_reconciliation_", "nova_quality_")


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of one stack, once everything had data or the time was up."""

    targets: dict[str, str]
    """Component: how its last scrape went, as Prometheus says."""
    without_data: list[str]
    """Titles of panels whose queries returned nothing."""
    pipeline: dict[str, Any]
    alerts: list[str]
    """Names of the alerts that fire."""


class Prometheus:
    """Asks one real Prometheus."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def targets(self) -> dict[str, str]:
        active = self._get("/api/v1/targets")["activeTargets"]
        return {each["labels"]["component"]: each["health"] for each in active}

    def values(self, expr: str) -> list[float]:
        result = self._get(f"/api/v1/query?{urllib.parse.urlencode({'query': expr})}")["result"]
        return [float(each["value"][1]) for each in result]

    def alerts(self) -> list[str]:
        found = self._get("/api/v1/alerts")["alerts"]
        return [e["labels"]["alertname"] for e in found if e["state"] == "firing"]

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self._url + path, timeout=10) as answer:
            return json.load(answer)["data"]


def watch(settings: StackSettings, directory: Path, *, key: str) -> Watched:
    """Scrape the stack while a small story goes through it."""
    with receiving(settings, directory), running(settings, directory) as prometheus:
        until(lambda: set(prometheus.targets().values()) == {"up"})
        small_story.tell(settings)

        def all_have_data() -> bool:
            # Asked first: its route is one whose latency is shown.
            return unknown_in(pipeline(settings, key)) == {} and without_data(prometheus) == []

        until(all_have_data)
        return Watched(
            prometheus.targets(),
            without_data(prometheus),
            pipeline(settings, key),
            prometheus.alerts(),
        )


def without_data(prometheus: Prometheus) -> list[str]:
    """Return the panels of which a query returns nothing, or nothing but unknown numbers."""
    return [
        panel.title
        for row in ROWS
        for panel in row.panels
        for each in panel.queries
        if not has_data(prometheus, each.expr)
    ]


def has_data(prometheus: Prometheus, expr: str) -> bool:
    values = prometheus.values(expr)
    not_yet = any(name in expr for name in _NOT_YET)
    return bool(values) and (not_yet or not all(math.isnan(each) for each in values))


def pipeline(settings: StackSettings, key: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{settings.api_url}/v1/pipeline", headers={"X-API-Key": key})
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def unknown_in(pipeline: dict[str, Any]) -> dict[str, list[str]]:
    """Return what a healthy line should tell of each hop and does not."""
    found = {}
    for hop in pipeline["hops"]:
        told = {"ready": hop["state"] == "ready", "well": hop["why_not"] is None}
        if hop["reads"]:
            told |= {
                "flow": bool(hop["events_total"]) and hop["events_per_second"] is not None,
                "lag": hop["lag_records"] is not None and hop["lag_seconds"] < _LATE_SECONDS,
                "freshness": hop["freshness_seconds"] is not None,
                "rejected": hop["rejected_total"] is not None,
            }
        if missing := [name for name, is_told in told.items() if not is_told]:
            found[hop["name"]] = missing
    return found


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition as long as it may take; what is missing then, the tests tell."""
    deadline = time.monotonic() + _WITHIN_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.5)


@contextmanager
def running(settings: StackSettings, directory: Path) -> Iterator[Prometheus]:
    """Run Debian's Prometheus on the configuration of these ports."""
    config = directory / "prometheus.yml"
    config.write_text(prometheus_config(settings, interval="1s", rules=str(_RULES)))
    port = free_port()
    with (directory / "prometheus.log").open("w") as log:
        process = subprocess.Popen(
            [
                str(program("prometheus")), f"--config.file={config}",
                f"--storage.tsdb.path={directory / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    prometheus = Prometheus(port)
    try:
        until(prometheus.is_ready)
        yield prometheus
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def receiving(settings: StackSettings, directory: Path) -> Iterator[None]:
    """Take the stack's webhooks, as an endpoint that somebody has listed would."""
    port, endpoints = free_port(), settings.keys / "webhook_endpoints.json"
    before = json.loads(endpoints.read_text(encoding="utf-8"))
    server = build_server(port, _SECRET, Deliveries.of(directory / "deliveries.jsonl"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    listed = {"id": "watched", "url": f"http://127.0.0.1:{port}/", "secret": _SECRET}
    write_private(endpoints, [*before, listed])
    try:
        yield
    finally:
        write_private(endpoints, before)
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
