"""The schedule's file in, its jobs out."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from api.pipeline.answers import Job


def jobs_of(schedule_file: Path | None) -> list[Job]:
    """Return what the file says; a missing or broken one has no jobs, which is no error."""
    if schedule_file is None:
        return []
    try:
        entries = json.loads(schedule_file.read_text(encoding="utf-8"))["jobs"]
        return [Job.model_validate(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return []
