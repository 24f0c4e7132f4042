"""A job's status in, metrics out."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from stream_processors.cleaning.flink_status import JobStatus

_RUNNING = Gauge("nova_flink_running_jobs", "1 while records are being cleaned, else 0")
_RESTARTS = Counter("nova_flink_restarts_total", "Restarts of the job inside this process")
_CHECKPOINTS = Counter("nova_flink_checkpoints_total", "Checkpoints completed")
_FAILED = Counter("nova_flink_checkpoint_failures_total", "Checkpoints that failed")


class JobMetrics:
    """Turns Flink's totals since submission into counters."""

    def __init__(self) -> None:
        self._last = JobStatus("", tasks_running=False)

    def report(self, now: JobStatus) -> None:
        """Publish what has happened since the report before."""
        _RUNNING.set(int(now.is_ready))
        _RESTARTS.inc(now.restarts - self._last.restarts)
        _CHECKPOINTS.inc(now.checkpoints_completed - self._last.checkpoints_completed)
        _FAILED.inc(now.checkpoints_failed - self._last.checkpoints_failed)
        self._last = now
