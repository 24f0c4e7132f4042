"""Silver in, forecasts out; and their priors, seen all the way through cleaning."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing

from adapters.kafka import KafkaSettings, PartitionReader
from domain.errors import TransientError
from operations.demo.clean_log import CleanLog
from operations.demo.expected import PRIORS, Coordinates, Output, of_broadcast
from operations.demo.jobs import Ended, Job, OnStage, run_job
from operations.demo.patience import PATIENCE_SECONDS, patiently
from operations.settings import StackSettings

_DONE = 0
# The nation is enough for a story of months: a state's families would be fitted on a few lines.
_NATION_ONLY = {"FORECASTS_BY_REGION": "false"}


def retrain(
    settings: StackSettings,
    env: Mapping[str, str],
    *,
    on_stage: OnStage,
    waiting: Callable[[], None],
) -> Ended:
    """Forecast demand from what silver holds and publish the priors.

    `waiting` is called while the job runs; what it raises ends the job.

    Raises:
        PlatformError: the job failed; the message says where its log is.
    """
    report = settings.data_dir / "retrain_forecasts.json"
    job = Job("retrain", "compaction_jobs.retrain_forecasts", report, answers=(_DONE,))
    return run_job(settings, job, {**env, **_NATION_ONLY}, on_stage=on_stage, waiting=waiting)


def wait_for_priors(settings: StackSettings, *, waiting: Callable[[], None]) -> None:
    """Return when every prior in the log has come out of cleaning, in every partition.

    Raises:
        TransientError: nothing comes through any more.
    """
    kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
    published = patiently(lambda: _published(kafka), waiting=waiting)
    with closing(CleanLog(kafka)) as clean_log:
        clean_log.wait_for(published, waiting=waiting)


def _published(kafka: KafkaSettings) -> dict[Coordinates, frozenset[Output]]:
    found: dict[Coordinates, frozenset[Output]] = {}
    with closing(PartitionReader(kafka, client_id="operations.demo")) as reader:
        next_offsets = {(PRIORS, partition): 0 for partition in reader.partitions(PRIORS)}
        ends = reader.end_offsets(next_offsets)
        reader.assign(next_offsets)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(next_offsets[at] < end for at, end in ends.items()):
            for message in reader.read(most=5000, seconds=0.2):
                event_id = dict(message.headers() or ())["ce_id"].decode()
                at = message.topic(), message.partition(), message.offset()
                found[at] = of_broadcast(event_id)
                next_offsets[at[:2]] = at[2] + 1
            if time.monotonic() > deadline:
                msg = f"{PRIORS} cannot be read to its end"
                raise TransientError(msg)
    return found
