"""What the live view tells Prometheus."""

from __future__ import annotations

from prometheus_client import Histogram

from adapters.telemetry.metrics import EVENTS_EXPIRED as EXPIRED
from adapters.telemetry.metrics import EVENTS_PROCESSED as RECORDS
from adapters.telemetry.metrics import EVENTS_REJECTED as UNREADABLE

__all__ = ["EXPIRED", "RECORDS", "UNREADABLE", "VISIBLE_SECONDS"]

VISIBLE_SECONDS = Histogram(
    "nova_live_view_visible_seconds",
    "From the broker's timestamp of a batch's oldest record to its commit here.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
