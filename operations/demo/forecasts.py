"""Silver in, forecasts out; and their priors, seen all the way through cleaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing

from adapters.kafka import KafkaSettings, whole_topics
from operations.demo.clean_log import CleanLog
from operations.demo.expected import PRIORS, Coordinates, Output, of_broadcast
from operations.demo.jobs import Ended, Job, OnStage, run_job
from operations.demo.patience import patiently
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
    for message in whole_topics(kafka, [PRIORS], client_id="operations.demo"):
        event_id = dict(message.headers() or ())["ce_id"].decode()
        found[message.topic(), message.partition(), message.offset()] = of_broadcast(event_id)
    return found
