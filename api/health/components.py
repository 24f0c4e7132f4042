"""What the supervisor says of the processes, from the status file that it writes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from domain.instants import to_datetime


class ComponentStatus(BaseModel):
    """One process of the stack."""

    name: str = Field(examples=["stock"])
    state: str = Field(description="As the supervisor names it.", examples=["ready"])
    restarts: int = Field(default=0, description="Times it was started again after it died.")
    pid: int | None = None
    port: int | None = Field(default=None, description="Where it listens on loopback.")
    rss_mib: float | None = Field(default=None, description="Memory that it holds, in MiB.")
    detail: str = Field(default="", description="What it waits for, or why it died.")


class Status(BaseModel):
    """The processes of the stack, as far as this service is told."""

    known: bool = Field(description="False when no supervisor tells: then components is empty.")
    written_at: datetime | None = Field(description="When the supervisor last wrote.")
    components: list[ComponentStatus]


_UNKNOWN = Status(known=False, written_at=None, components=[])


def component_status(status_file: Path | None) -> Status:
    """Return what the file says; a missing or broken one is "not known", not an error."""
    if status_file is None:
        return _UNKNOWN
    try:
        written = status_file.stat().st_mtime_ns // 1000
        entries = json.loads(status_file.read_text(encoding="utf-8"))["components"]
        found = [ComponentStatus.model_validate(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return _UNKNOWN
    return Status(known=True, written_at=to_datetime(written), components=found)
