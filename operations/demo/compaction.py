"""The lake in, gold and the proof out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compaction_jobs.quality.result import Result, read_result
from operations.demo.jobs import Ended, Job, OnStage, run_job
from operations.settings import StackSettings

_HOLDS, _DIFFERS = 0, 1


@dataclass(frozen=True, slots=True)
class Compaction:
    """What one run found, and how it ran."""

    proof: dict[str, Any]
    holds: bool
    quality: Result
    ended: Ended


def compact(
    settings: StackSettings,
    env: Mapping[str, str],
    *,
    on_stage: OnStage,
    waiting: Callable[[], None],
) -> Compaction:
    """Bring gold up to date, prove that all agrees, and return the proof.

    A run that dies is started again a few times: it goes on from what it has committed.
    `waiting` is called while the job runs; what it raises ends the job.

    Raises:
        PlatformError: the job failed each time; the message says where its log is.
    """
    job = Job(
        "compaction",
        "compaction_jobs",
        settings.data_dir / "reconciliation.json",
        answers=(_HOLDS, _DIFFERS),
    )
    ended = run_job(settings, job, env, on_stage=on_stage, waiting=waiting)
    # Nothing is under way any more, so that nothing may be behind either.
    at_rest = ended.report["reconciliation"]["keys_behind"] == 0
    quality = read_result(settings.lake)
    assert quality is not None  # written before the job ended with one of these codes
    return Compaction(ended.report, ended.exit_code == _HOLDS and at_rest, quality, ended)
