"""The lake in, gold and the proof out: Spark as a process of its own, its stages as progress."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from compaction_jobs.quality.result import Result, read_result
from domain.errors import PlatformError
from operations.settings import StackSettings
from operations.supervisor.processes import end, members, rss_mib, spawn

OnStage = Callable[[str, int, int], None]  # name, done, total
_HOLDS, _DIFFERS = 0, 1
_POLL_SECONDS = 0.25
_STOP_WITHIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Compaction:
    """What one run found, and the memory that it needed."""

    proof: dict[str, Any]
    holds: bool
    quality: Result
    peak_rss_mib: float


def compact(
    settings: StackSettings,
    env: Mapping[str, str],
    *,
    on_stage: OnStage,
    waiting: Callable[[], None],
) -> Compaction:
    """Bring gold up to date, prove that all agrees, and return the proof.

    `waiting` is called while the job runs; what it raises ends the job.

    Raises:
        PlatformError: the job failed; the message says where its log is.
    """
    report = settings.data_dir / "reconciliation.json"
    log = settings.data_dir / "logs" / "compaction.log"
    log.unlink(missing_ok=True)
    job = (str(settings.python("main")), "-m", "compaction_jobs")
    process = spawn(
        (*job, "--lake", str(settings.lake), "--report", str(report)),
        env={**os.environ, **env},
        cwd=settings.root,
        log=log,
    )
    peak = 0.0
    try:
        with log.open(encoding="utf-8") as lines:
            while process.poll() is None:
                waiting()
                _tell(lines, on_stage)
                peak = max(peak, rss_mib(members(process.pid)))
                time.sleep(_POLL_SECONDS)
            _tell(lines, on_stage)
    finally:
        end(members(process.pid), within_seconds=_STOP_WITHIN_SECONDS)
    if process.returncode not in {_HOLDS, _DIFFERS}:
        msg = f"compaction ended with exit code {process.returncode}: see {log}"
        raise PlatformError(msg)
    proof = json.loads(report.read_text(encoding="utf-8"))
    # Nothing is under way any more, so that nothing may be behind either.
    at_rest = proof["reconciliation"]["keys_behind"] == 0
    quality = read_result(settings.lake)
    assert quality is not None  # written before the job ended with one of these codes
    return Compaction(proof, process.returncode == _HOLDS and at_rest, quality, peak)


def _tell(lines: IO[str], on_stage: OnStage) -> None:
    for event in _events(lines):
        if event.get("event") == "stage":
            on_stage(event["stage"], event["done"], event["total"])


def _events(lines: IO[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # Spark's own words, or a line that is still being written
        if isinstance(event, dict):
            yield event
