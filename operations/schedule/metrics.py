"""What the schedule tells Prometheus; `component` is the module of the job."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

LAST_SUCCESS = Gauge(
    "nova_job_last_success_timestamp_seconds", "When a run last ended well", ["component"]
)
RUNS = Counter("nova_job_runs_total", "Runs that have ended, by outcome", ["component", "reason"])
SECONDS = Gauge("nova_job_seconds", "How long the last run took", ["component"])
