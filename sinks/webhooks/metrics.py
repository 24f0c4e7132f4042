"""What the webhooks sink tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from adapters.telemetry.metrics import EVENTS_EXPIRED as EXPIRED
from adapters.telemetry.metrics import EVENTS_PROCESSED as RECORDS
from adapters.telemetry.metrics import EVENTS_REJECTED as UNREADABLE

__all__ = [
    "DEAD",
    "DELIVERED",
    "EXPIRED",
    "FAILED",
    "FIRST_ATTEMPT_SECONDS",
    "PENDING",
    "RECORDS",
    "UNREADABLE",
]

DELIVERED = Counter("nova_webhooks_delivered_total", "Deliveries that an endpoint accepted.")
FAILED = Counter("nova_webhooks_failed_attempts_total", "Attempts that failed.", ["reason"])
# At 0 from the start: a rate over a series that is born with its first event misses that event.
for _reason in ("timeout", "connection", "status_3xx", "status_4xx", "status_5xx"):
    FAILED.labels(_reason)
PENDING = Gauge("nova_webhooks_pending_deliveries", "Deliveries still to be made.")
DEAD = Gauge("nova_webhooks_dead_deliveries", "Deliveries given up.")
FIRST_ATTEMPT_SECONDS = Histogram(
    "nova_webhooks_first_attempt_seconds",
    "From the alert's timestamp in the log to the first attempt.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
