"""What the last reconciliation proof said, from the report that compaction writes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from domain.instants import to_datetime


class Reconciliation(BaseModel):
    """Whether stream, silver and gold agreed when they were last compared."""

    known: bool = Field(description="False when no proof has been made yet: all else is null.")
    made_at: datetime | None = Field(description="When it was made.")
    holds: bool | None = Field(description="Everything agreed and nothing was missing.")
    keys: int | None = Field(description="Items at sites that were compared.")
    differences: int | None = Field(description="Positions that an independent ledger contradicts.")
    unaccounted: int | None = Field(description="Raw records that are nowhere, and gaps.")
    gold_differences: int | None
    transfer_differences: int | None


_NONE = Reconciliation(
    known=False,
    made_at=None,
    holds=None,
    keys=None,
    differences=None,
    unaccounted=None,
    gold_differences=None,
    transfer_differences=None,
)


def reconciliation(file: Path | None) -> Reconciliation:
    """Return what the report says; a missing or broken one is "not known", not an error."""
    if file is None:
        return _NONE
    try:
        made_at = to_datetime(file.stat().st_mtime_ns // 1000)
        return _told(json.loads(file.read_text(encoding="utf-8")), made_at)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _NONE


def _told(report: dict[str, Any], made_at: datetime) -> Reconciliation:
    topics = report["accounting"].values()
    figures = {
        "differences": report["reconciliation"]["differences"],
        "unaccounted": sum(each["unaccounted"] + each["gaps"] for each in topics),
        "gold_differences": report["gold"]["differences"],
        "transfer_differences": report["transfers"]["differences"],
    }
    return Reconciliation(
        known=True,
        made_at=made_at,
        holds=not any(figures.values()) and report["gold"].get("of_this_silver", True),
        keys=report["reconciliation"]["keys"],
        **figures,
    )
