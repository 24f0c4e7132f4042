"""The schedule as the process that it is: a job fails, people are told, it works again."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from operations.schedule.child import JOB_MARK
from operations.schedule.wishes import wish
from operations.supervisor.processes import marked
from sinks.webhooks.message import KINDS
from tests.integration.conftest import RunningKafka, RunningRegistry, free_ports
from tests.integration.fresh_topics import make_anew
from tests.integration.sink_process import SinkProcess, running, until
from tests.integration.webhook_endpoints import list_endpoints, receiving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

JOB = "maintenance"


@dataclass(slots=True)
class Line:
    """The schedule, the webhook sink and a receiver, with one job once a second."""

    schedule: SinkProcess
    lake: Path
    file: Path
    received: Path

    def told(self) -> list[dict[str, Any]]:
        """Return what the receiver has verified of the job, in order."""
        if not self.received.exists():
            return []
        whole = self.received.read_text().rpartition("\n")[0]
        deliveries = [json.loads(each) for each in whole.splitlines()]
        assert all(each["verified"] for each in deliveries)
        bodies = [json.loads(each["body"]) for each in deliveries]
        return [each for each in bodies if each["data"]["job"] == JOB]

    def await_told(self, kind: str, times: int) -> dict[str, Any]:
        """Return the newest body of a type, once so many have come."""

        def of_kind() -> list[dict[str, Any]]:
            return [each for each in self.told() if each["type"] == kind]

        until(lambda: len(of_kind()) >= times, seconds=60, what=f"{times} of {kind}")
        return of_kind()[-1]

    def record(self) -> dict[str, Any]:
        jobs = json.loads(self.file.read_text())["jobs"]
        return next(dict(each) for each in jobs if each["name"] == JOB)

    def await_run(self, holds: Callable[[dict[str, Any]], bool], what: str) -> None:
        until(lambda: any(map(holds, self.record()["history"])), seconds=60, what=what)

    def children(self) -> list[int]:
        """Return the processes of a run under way."""
        return marked(str(self.file), name=JOB_MARK)


@pytest.fixture(scope="module")
def line(
    kafka: RunningKafka, registry: RunningRegistry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    make_anew(kafka, registry, *KINDS)
    folder = tmp_path_factory.mktemp("schedule")
    (port,) = free_ports(1)
    list_endpoints(folder / "endpoints.json", ops=port)
    with (
        receiving(port, folder / "received.jsonl"),
        parts(kafka, registry, folder) as schedule,
    ):
        yield Line(schedule, folder / "lake", folder / "schedule.json", folder / "received.jsonl")


@contextmanager
def parts(kafka: RunningKafka, registry: RunningRegistry, folder: Path) -> Iterator[SinkProcess]:
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "REGISTRY_URL": registry.url,
        "WEBHOOKS_ENDPOINTS_FILE": str(folder / "endpoints.json"),
        "WEBHOOKS_STATE": str(folder / "webhooks.sqlite"),
        "LAKE_URI": str(folder / "lake"),
        "SCHEDULE_FILE": str(folder / "schedule.json"),
        "SCHEDULE_REPORTS": str(folder),
        "SCHEDULE_LOGS": str(folder / "logs"),
        "SCHEDULE_SCRATCH": str(folder / "scratch"),
        "SCHEDULE_EVERY_SECONDS": json.dumps({JOB: 1}),
        "SCHEDULE_FIRST_RETRY_SECONDS": "0.1",
    }
    with (
        running("sinks.webhooks", environment, folder / "webhooks.log"),
        running("operations.schedule", environment, folder / "schedule.log") as schedule,
    ):
        yield schedule
        assert schedule.stop() == 0
    assert marked(environment["SCHEDULE_FILE"], name=JOB_MARK) == []


@pytest.fixture(scope="module")
def refused(line: Line) -> dict[str, Any]:
    """The first thing told: there is no lake yet."""
    return line.await_told("job.failed", 1)


@pytest.fixture(scope="module")
def recovered(line: Line, refused: dict[str, Any]) -> dict[str, Any]:
    """What is told once there is one."""
    assert refused["data"]["exit_code"] == 2
    for number in range(5):
        write_deltalake(line.lake / "bronze/item", pa.table({"n": [number]}), mode="append")
    return line.await_told("job.recovered", 1)


def test_a_job_that_fails_is_told_by_a_signed_webhook(line: Line, refused: dict[str, Any]) -> None:
    data = refused["data"]
    assert (data["outcome"], data["exit_code"], data["module"]) == (
        "failed", 2, "compaction_jobs.maintenance",
    )  # fmt: skip
    assert data["detail"] == (f"{line.lake} holds no table: start the platform and feed it first")
    assert data["message"].startswith(f"A tarefa {JOB} recusou a configuração em ")
    assert data["runbook"] == "docs/runbooks/job-failed.md"


def test_it_is_told_once_when_it_works_again(line: Line, recovered: dict[str, Any]) -> None:
    assert recovered["data"]["exit_code"] == 0
    failed = [each for each in line.told() if each["type"] == "job.failed"]
    assert len(failed) in {1, 2}  # the first of the row, and the fifth if it came to that
    assert f'nova_job_runs_total{{component="{JOB}",reason="ok"}}' in line.schedule.metrics()


@pytest.mark.usefixtures("recovered")
def test_a_run_that_is_killed_is_told_and_tried_again(line: Line) -> None:
    before = sum(each["type"] == "job.failed" for each in line.told())

    def killed_one() -> bool:
        for pid in line.children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return sum(each["type"] == "job.failed" for each in line.told()) > before

    until(killed_one, seconds=60, what="a killed run to be told")
    killed = line.await_told("job.failed", before + 1)
    assert killed["data"]["exit_code"] == -9
    assert "foi encerrada pelo sinal 9" in killed["data"]["message"]
    line.await_told("job.recovered", 2)


@pytest.mark.usefixtures("recovered")
def test_a_schedule_that_is_killed_goes_on_and_leaves_no_run_behind(line: Line) -> None:
    until(lambda: bool(line.children()), seconds=60, what="a run")
    child = line.children()
    line.schedule.kill()
    before = line.record()
    line.schedule.start()
    until(lambda: not set(child) & set(line.children()), seconds=30, what="the run to end")
    line.await_run(lambda run: run["outcome"] == "stopped", "the run to count as stopped")
    line.await_run(
        lambda run: run["outcome"] == "ok" and run["started_at"] > before["last_started_at"],
        "another run",
    )
    kept = {each["started_at"] for each in line.record()["history"]}
    assert {each["started_at"] for each in before["history"]} <= kept | {None}


@pytest.mark.usefixtures("recovered")
def test_a_job_that_is_asked_for_runs_between_its_times(line: Line) -> None:
    wish(line.file, "compaction")

    def ran() -> bool:
        jobs = json.loads(line.file.read_text())["jobs"]
        return any(each["name"] == "compaction" and each["history"] for each in jobs)

    until(ran, seconds=60, what="the job that was asked for")
