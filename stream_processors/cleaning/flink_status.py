"""Flink's own interface in, what an operator wants to know of the job out."""

from __future__ import annotations

import json
import socket
import urllib.request
from dataclasses import dataclass
from typing import Any

from domain.errors import TransientError

_REQUEST_SECONDS = 5
_RUNNING = "RUNNING"


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How the job is doing.

    Attributes:
        state: as Flink names it.
        tasks_running: whether every task has what it needs and takes records.
        restarts: how often it started again since it was submitted.
        checkpoints_completed: since it was submitted.
        checkpoints_failed: since it was submitted.
        failure: the latest exception, empty if there was none.
    """

    state: str
    tasks_running: bool
    restarts: int = 0
    checkpoints_completed: int = 0
    checkpoints_failed: int = 0
    failure: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether records are being cleaned."""
        return self.state == _RUNNING and self.tasks_running


class FlinkStatus:
    """Asks the embedded Flink about one job."""

    def __init__(self, port: int, job_id: str) -> None:
        self._job = f"http://127.0.0.1:{port}/jobs/{job_id}"

    def now(self) -> JobStatus:
        """Return the job's status.

        Raises:
            TransientError: Flink does not answer.
        """
        job = self._get("")
        counts = self._get("/checkpoints")["counts"]
        metrics = {each["id"]: each["value"] for each in self._get("/metrics?get=numRestarts")}
        history = self._get("/exceptions?maxExceptions=1")["exceptionHistory"]["entries"]
        return JobStatus(
            state=job["state"],
            tasks_running=all(
                vertex["tasks"][_RUNNING] == vertex["parallelism"] for vertex in job["vertices"]
            ),
            restarts=int(metrics.get("numRestarts", 0)),
            checkpoints_completed=counts["completed"],
            checkpoints_failed=counts["failed"],
            failure=history[0]["stacktrace"] if history else "",
        )

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self._job + path, timeout=_REQUEST_SECONDS) as answer:
                return json.load(answer)
        except (OSError, ValueError) as error:
            msg = f"flink: {error}"
            raise TransientError(msg) from error


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
