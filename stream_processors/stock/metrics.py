"""What the stock worker tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from adapters.telemetry.metrics import EVENTS_PROCESSED as RECORDS
from adapters.telemetry.metrics import EVENTS_REJECTED as REJECTED

__all__ = [
    "BATCH_SECONDS",
    "DECISIONS",
    "KEYS",
    "LARGEST_VALUE_BYTES",
    "RECORDS",
    "REJECTED",
    "STATE_BYTES",
]

DECISIONS = Counter("nova_decisions_total", "Decisions taken.")
KEYS = Gauge("nova_stock_keys", "Keys with a state in this worker.")
STATE_BYTES = Gauge("nova_stock_state_bytes", "Bytes of all values of this worker's partitions.")
LARGEST_VALUE_BYTES = Gauge("nova_stock_largest_value_bytes", "Largest value of the last writes.")
BATCH_SECONDS = Histogram(
    "nova_batch_seconds", "From a batch's first fact to the acknowledgement of all it changed."
)
