"""What the schedule tells Prometheus itself; what its file holds, the monitor tells."""

from __future__ import annotations

from prometheus_client import Counter

RUNS = Counter("nova_job_runs_total", "Runs that have ended, by outcome.", ["component", "reason"])
