"""What the webhooks sink tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter("nova_webhooks_records_total", "Alert records read, repeats included.")
UNREADABLE = Counter(
    "nova_webhooks_unreadable_total", "Alert records passed over.", ["topic", "reason"]
)
EXPIRED = Counter(
    "nova_webhooks_expired_records_total", "Records that expired before they were read.", ["topic"]
)
DELIVERED = Counter("nova_webhooks_delivered_total", "Deliveries that an endpoint accepted.")
FAILED = Counter("nova_webhooks_failed_attempts_total", "Attempts that failed.", ["reason"])
PENDING = Gauge("nova_webhooks_pending_deliveries", "Deliveries still to be made.")
DEAD = Gauge("nova_webhooks_dead_deliveries", "Deliveries given up.")
FIRST_ATTEMPT_SECONDS = Histogram(
    "nova_webhooks_first_attempt_seconds",
    "From the alert's timestamp in the log to the first attempt.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
