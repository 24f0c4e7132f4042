"""The lake in, gold and the proof out: Spark as a process of its own, its stages as progress."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from domain.errors import PlatformError
from operations.settings import StackSettings

OnStage = Callable[[str, int, int], None]  # name, done, total
_HOLDS, _DIFFERS = 0, 1


def compact(
    settings: StackSettings, env: Mapping[str, str], report: Path, on_stage: OnStage
) -> dict[str, Any]:
    """Bring gold up to date, prove that all agrees, and return the proof.

    Raises:
        PlatformError: the job failed; the message says where its log is.
    """
    log_path = settings.data_dir / "logs" / "compaction.log"
    job = [str(settings.python("main")), "-m", "compaction_jobs"]
    with (
        log_path.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            [*job, "--lake", str(settings.lake), "--report", str(report)],
            env={**os.environ, **env},
            cwd=settings.root,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            _note(line, on_stage)
    if process.returncode not in {_HOLDS, _DIFFERS}:
        msg = f"compaction ended with exit code {process.returncode}: see {log_path}"
        raise PlatformError(msg)
    proof: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return proof


def _note(line: str, on_stage: OnStage) -> None:
    try:
        event = json.loads(line)
    except ValueError:
        return  # Spark's own words
    if isinstance(event, dict) and event.get("event") == "stage":
        on_stage(event["stage"], event["done"], event["total"])
