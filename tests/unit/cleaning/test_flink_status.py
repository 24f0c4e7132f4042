"""What Flink's own interface says of the job, against answers in its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from domain.errors import TransientError
from stream_processors.cleaning.flink_status import FlinkStatus, free_port
from tests.fakes.serving import serving

STARTING, RUNNING = {"RUNNING": 0, "INITIALIZING": 1}, {"RUNNING": 1, "INITIALIZING": 0}


def answers(last_task: dict[str, int]) -> dict[str, Any]:
    vertices = [{"parallelism": 1, "tasks": tasks} for tasks in (RUNNING, last_task)]
    return {
        "/jobs/j1": {"state": "RUNNING", "vertices": vertices},
        "/jobs/j1/checkpoints": {"counts": {"completed": 7, "failed": 1}},
        "/jobs/j1/metrics?get=numRestarts": [{"id": "numRestarts", "value": "2"}],
        "/jobs/j1/exceptions?maxExceptions=1": {
            "exceptionHistory": {"entries": [{"stacktrace": "java.lang.Error: why"}]}
        },
    }


@pytest.fixture
def flink() -> Iterator[tuple[FlinkStatus, dict[str, Any]]]:
    told = answers(RUNNING)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield FlinkStatus(port, "j1"), told


def test_a_job_is_ready_when_all_its_tasks_run(
    flink: tuple[FlinkStatus, dict[str, Any]],
) -> None:
    status = flink[0].now()
    assert status.is_ready
    assert (status.restarts, status.checkpoints_completed, status.checkpoints_failed) == (2, 7, 1)
    assert status.failure == "java.lang.Error: why"


def test_a_job_is_not_ready_while_one_task_starts(
    flink: tuple[FlinkStatus, dict[str, Any]],
) -> None:
    status, told = flink
    told.update(answers(STARTING))
    assert not status.now().is_ready


def test_a_flink_that_does_not_answer_is_a_passing_failure() -> None:
    with pytest.raises(TransientError, match="flink"):
        FlinkStatus(free_port(), "j1").now()
