"""The life of the job: check, submit, watch, and end with a reason."""

from __future__ import annotations

import contextlib
import time

import structlog
from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it has no types
from pyflink.common import JobClient

from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from adapters.telemetry import Readiness
from domain.errors import PlatformError, TransientError
from stream_processors.cleaning.checkpoints import Origin, newest_checkpoint, prune, refuse_foreign
from stream_processors.cleaning.clean import RAW_TOPICS
from stream_processors.cleaning.environment import start_java, table_environment
from stream_processors.cleaning.flink_status import FlinkStatus, free_port
from stream_processors.cleaning.job import NAME, fingerprint, output_topics, submit
from stream_processors.cleaning.metrics import JobMetrics
from stream_processors.cleaning.outputs import CLEAN_TOPICS
from stream_processors.cleaning.patience import patiently
from stream_processors.cleaning.settings import CleaningSettings
from stream_processors.cleaning.topic_ids import topic_ids

_LOG = structlog.get_logger()
_POLL_SECONDS = 0.5
# Longer than any restart of the broker or the registry; after it the supervisor tries anew.
_OUTAGE_SECONDS = 600.0


def run(
    settings: CleaningSettings,
    *,
    kafka: KafkaSettings,
    registry: RegistrySettings,
    readiness: Readiness,
) -> None:
    """Clean until the process is told to stop.

    Raises:
        ConfigurationError: a topic or a schema is missing, or the checkpoints are another
            broker's.
        PlatformError: the job has failed, or Flink has died.
    """
    start_java(settings)
    _check(settings, kafka=kafka, registry=registry, readiness=readiness)
    restore = newest_checkpoint(settings.checkpoints)
    prune(settings.checkpoints, keep=restore)
    port = free_port()
    readiness.not_ready("starting Flink")
    tables = table_environment(settings, name=NAME, rest_port=port, restore=restore)
    job = submit(tables, settings, kafka=kafka, registry=registry)
    _LOG.info("job_submitted", restored_from=None if restore is None else restore.name)
    try:
        _watch(job, FlinkStatus(port, str(job.get_job_id())), readiness)
    finally:
        # Flink may be what has died; its checkpoints are what counts, and they are kept.
        with contextlib.suppress(Py4JError, OSError):
            job.cancel()


def _check(
    settings: CleaningSettings,
    *,
    kafka: KafkaSettings,
    registry: RegistrySettings,
    readiness: Readiness,
) -> None:
    def say(error: TransientError) -> None:
        readiness.not_ready(str(error))

    def check() -> None:
        names = (*RAW_TOPICS, *output_topics())
        ids = topic_ids(kafka, names, client_id=NAME)
        refuse_foreign(settings.state_dir, Origin(fingerprint(), ids))
        with contextlib.closing(RegistryCodecs(registry)) as codecs:
            for name in (*RAW_TOPICS, *CLEAN_TOPICS):
                codecs.codec(name)

    patiently(check, within_seconds=_OUTAGE_SECONDS, on_failure=say)


def _watch(job: JobClient, flink: FlinkStatus, readiness: Readiness) -> None:
    """Keep readiness and metrics true until the job ends, which it never should."""
    ended, metrics, failure = job.get_job_execution_result(), JobMetrics(), ""
    while not ended.done():
        try:
            status = flink.now()
        except TransientError as error:
            readiness.not_ready(str(error))
        else:
            metrics.report(status)
            if status.is_ready:
                readiness.ready()
            else:
                readiness.not_ready(f"job {status.state}")
            if status.failure != failure:
                failure = status.failure
                _LOG.error("task_failed", restarts=status.restarts, failure=failure)
        time.sleep(_POLL_SECONDS)
    readiness.not_ready("the job has ended")
    msg = f"the job has ended: {failure or 'see the log above'}"
    raise PlatformError(msg)
