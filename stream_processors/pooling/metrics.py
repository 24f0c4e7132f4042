"""What the pooling worker tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter

from adapters.telemetry.metrics import EVENTS_PROCESSED as RECORDS
from adapters.telemetry.metrics import EVENTS_REJECTED as REJECTED
from domain.stock.decision import Transition

__all__ = ["RECORDS", "REJECTED", "TRANSITIONS"]

TRANSITIONS = Counter(
    "nova_alert_transitions_total", "Transitions of alerts, by what became of them.", ["reason"]
)
# At 0 from the start: a rate over a series that is born with its first event misses that event.
for _step in (Transition.OPENED, Transition.RECOVERED):
    TRANSITIONS.labels(_step)
