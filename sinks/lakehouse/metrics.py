"""What the lakehouse sink tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter(
    "nova_lakehouse_records_total", "Records read, repeats after a restart included.", ["topic"]
)
ROWS = Counter("nova_lakehouse_rows_total", "Rows committed to the lake's tables.")
COMMITS = Counter("nova_lakehouse_commits_total", "Commits to the lake's tables.")
COMMIT_SECONDS = Histogram("nova_lakehouse_commit_seconds", "Duration of one commit.")
LAG = Gauge("nova_lakehouse_lag_records", "Records in Kafka that the lake lacks.", ["topic"])
DEAD_LETTERS = Counter(
    "nova_lakehouse_dead_letters_total", "Records that could not be decoded.", ["topic", "reason"]
)
EXPIRED = Counter(
    "nova_lakehouse_expired_records_total", "Records that expired before they were read.", ["topic"]
)
