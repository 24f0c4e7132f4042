"""What webhooks say: numbers in base units, times in ISO, the design's names."""

from __future__ import annotations

import json

import pytest

from schemas.topics import topics
from sinks.webhooks.message import KINDS, body_of
from tests.fakes.records import a_job_alert, an_alert


def test_a_webhook_speaks_in_base_units_and_iso_times():
    alert = an_alert(
        "t1",
        occurred_at=1_750_000_000_000_000,
        position_milli=1643400,
        quantity_milli=2000,
        by=20_000,
        days_to_stockout_p50=3.5,
        site_id="Torre São João",
    )
    said = json.loads(body_of("alert.stockout.v1", alert))
    assert said["type"] == "alert.opened"
    assert said["timestamp"] == "2025-06-15T15:06:40Z"
    data = said["data"]
    assert (data["event_id"], data["alert_id"], data["state"]) == ("t1", "A1", "opened")
    assert data["position"] == 1643.4
    assert data["days_to_stockout"] == {"p10": None, "p50": 3.5, "p90": None}
    assert data["recommendation"] == {
        "action": "buy",
        "quantity": 2.0,
        "by": "2024-10-04",
        "from_site": None,
        "substitute_item": None,
    }
    assert data["site_id"] == "Torre São João"
    assert not [name for name in data if name.endswith("_milli")]


@pytest.mark.parametrize(
    "broken", [{"p_stockout": float("nan")}, {"opened_at": 2**62}, {"by": 2**31 - 1}]
)
def test_what_json_or_a_calendar_cannot_say_is_an_error(broken):
    with pytest.raises((ValueError, OverflowError)):
        body_of("alert.stockout.v1", an_alert("t1", **broken))


def test_a_webhook_tells_of_a_job_that_failed_and_what_to_read():
    alert = a_job_alert("j1", occurred_at=1_750_000_000_500_000, exit_code=-9)
    said = json.loads(body_of("alert.job-failed.v1", alert))
    assert (said["type"], said["timestamp"]) == ("job.failed", "2025-06-15T15:06:40.500000Z")
    data = said["data"]
    assert (data["event_id"], data["job"], data["exit_code"]) == ("j1", "compaction", -9)
    assert data["ended_at"] == said["timestamp"]
    assert data["failing_since"] is None


def test_every_topic_that_names_this_sink_is_announced_and_no_other():
    assert set(KINDS) == {each.name for each in topics() if "sinks.webhooks" in each.consumers}
