"""Metrics that several stages export under one name."""

from __future__ import annotations

from prometheus_client import Counter

EVENTS_REJECTED = Counter(
    "nova_events_rejected_total",
    "Records that became dead letters",
    ["component", "topic", "reason"],
)
