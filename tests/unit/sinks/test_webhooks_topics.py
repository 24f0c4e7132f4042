"""Several topics in, one delivery log out: each topic keeps its own offsets in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.telemetry import Readiness
from domain.errors import ConfigurationError
from sinks.webhooks.endpoints import EndpointsFile
from sinks.webhooks.message import KINDS
from sinks.webhooks.outbox import Outbox
from sinks.webhooks.sink import WebhooksSink
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.fakes.records import a_job_alert, an_alert

ALERTS, JOBS = "alert.stockout.v1", "alert.job-failed.v1"
CODECS = LocalCodecs()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(Outbox(tmp_path / "webhooks.sqlite")) as outbox:
        yield outbox


def a_log() -> InMemoryLog:
    log = InMemoryLog({ALERTS: 2, JOBS: 1})
    log.append(ALERTS, CODECS.encode(ALERTS, an_alert("t0")), partition=1)
    log.append(JOBS, CODECS.encode(JOBS, a_job_alert("j0")))
    return log


def read_once(log: InMemoryLog, outbox: Outbox, folder: Path) -> None:
    """Assign and enqueue as a session does, without delivering."""
    endpoints = folder / "endpoints.json"
    entry = {"id": "ops", "url": "https://ops.test/", "secret": "whsec_" + "c2VjcmV0" * 4}
    endpoints.write_text(json.dumps([entry]))
    sink = WebhooksSink(
        outbox=outbox,
        endpoints=EndpointsFile(endpoints),
        log=log,
        decoder=CODECS,
        readiness=Readiness(),
        now=lambda: 7,
        jitter=lambda: 0.0,
    )
    described = log.describe(KINDS)
    sink._assign(described)
    records = log.read(most=100, seconds=0)
    if records:
        sink._enqueue(records, {name: each.topic_id for name, each in described.items()})


def enqueued(outbox: Outbox) -> dict[str, str]:
    due = outbox.due("ops", now=10, most=100)
    return {each.transition_id: json.loads(each.body)["type"] for each in due}


def test_stock_outs_and_jobs_are_enqueued_side_by_side(outbox: Outbox, tmp_path: Path) -> None:
    read_once(a_log(), outbox, tmp_path)
    assert enqueued(outbox) == {"t0": "alert.opened", "j0": "job.failed"}
    assert outbox.next_offsets() == {(ALERTS, 1): 1, (JOBS, 0): 1}
    assert outbox.topic_ids() == {ALERTS: f"id-of-{ALERTS}", JOBS: f"id-of-{JOBS}"}


def test_a_second_session_reads_each_topic_on_from_where_it_was(
    outbox: Outbox, tmp_path: Path
) -> None:
    log = a_log()
    read_once(log, outbox, tmp_path)
    log.append(JOBS, CODECS.encode(JOBS, a_job_alert("j1", transition="recovered")))
    read_once(log, outbox, tmp_path)
    assert enqueued(outbox) == {
        "t0": "alert.opened",
        "j0": "job.failed",
        "j1": "job.recovered",
    }
    assert outbox.next_offsets() == {(ALERTS, 1): 1, (JOBS, 0): 2}


def test_a_delivery_log_from_before_a_topic_was_announced_takes_it_from_its_start(
    outbox: Outbox, tmp_path: Path
) -> None:
    outbox.enqueue(
        [],
        endpoints=[],
        next_offsets={(ALERTS, 1): 1},
        topic_ids={ALERTS: f"id-of-{ALERTS}"},
        now=0,
    )
    read_once(a_log(), outbox, tmp_path)
    assert enqueued(outbox) == {"j0": "job.failed"}


def test_a_delivery_log_of_another_broker_s_jobs_is_refused(outbox: Outbox, tmp_path: Path) -> None:
    outbox.enqueue(
        [], endpoints=[], next_offsets={(JOBS, 0): 1}, topic_ids={JOBS: "another"}, now=0
    )
    with pytest.raises(ConfigurationError, match=JOBS):
        read_once(a_log(), outbox, tmp_path)
