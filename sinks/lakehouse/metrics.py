"""What the lakehouse sink tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from adapters.telemetry.metrics import EVENTS_EXPIRED as EXPIRED
from adapters.telemetry.metrics import EVENTS_PROCESSED as RECORDS
from adapters.telemetry.metrics import EVENTS_REJECTED as DEAD_LETTERS

__all__ = ["COMMITS", "COMMIT_SECONDS", "DEAD_LETTERS", "EXPIRED", "RECORDS", "ROWS"]

ROWS = Counter("nova_lakehouse_rows_total", "Rows committed to the lake's tables.")
COMMITS = Counter("nova_lakehouse_commits_total", "Commits to the lake's tables.")
COMMIT_SECONDS = Histogram("nova_lakehouse_commit_seconds", "Duration of one commit.")
