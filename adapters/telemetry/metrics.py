"""Metrics that several stages export under one name; who exports them is the scrape's to say."""

from __future__ import annotations

from prometheus_client import Counter

EVENTS_PROCESSED = Counter(
    "nova_events_processed_total",
    "Records taken in since the process started, repeats after a restart included.",
    ["topic"],
)
EVENTS_REJECTED = Counter(
    "nova_events_rejected_total",
    "Records that could not be used: each is, or is named by, a dead letter.",
    ["topic", "reason"],
)
EVENTS_EXPIRED = Counter(
    "nova_events_expired_total",
    "Records that the broker deleted before they were read.",
    ["topic"],
)
