"""What the live view tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

RECORDS = Counter(
    "nova_live_view_records_total", "Records read, repeats after a restart included.", ["topic"]
)
UNREADABLE = Counter("nova_live_view_unreadable_total", "Records passed over.", ["topic", "reason"])
EXPIRED = Counter(
    "nova_live_view_expired_records_total",
    "Records that expired before they were read.",
    ["topic"],
)
VISIBLE_SECONDS = Histogram(
    "nova_live_view_visible_seconds",
    "From the broker's timestamp of a batch's oldest record to its commit here.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
