"""What is kept for how long, and who decides it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from deltalake import DeltaTable

from compaction_jobs.gold_facts.manifest import read_manifest
from compaction_jobs.lake import Lake
from domain.errors import ConfigurationError

# A reader that opened a version so long ago may still be reading it; Delta's own default.
SHORTEST = timedelta(days=7)
LOG = timedelta(days=30)
"""How long Delta keeps the log files of old versions, unless a table says otherwise."""

EXTERNAL_DRIVERS = frozenset(
    {"bronze/weather_day", "bronze/economy_indicator", "bronze/calendar_day",
     "bronze/mobile_coverage"}
)  # fmt: skip
"""The only tables that lose rows, by name: whatever stock depends on is not here, nor is a table
that nobody thought of. Their sources can be asked again; stock movements cannot."""
_DRIVER_DAYS = 90


@dataclass(frozen=True, slots=True)
class Keep:
    """What maintenance must leave of one table.

    Attributes:
        files: how long files stay that the newest version does not need.
        version: one that readers are told to read, beside the newest; None where there is none.
        rows_since: older partitions of an external driver go; None keeps every row.
    """

    files: timedelta
    version: int | None = None
    rows_since: datetime | None = None


def checked(days: float) -> timedelta:
    """Return a retention that a person chose.

    Raises:
        ConfigurationError: it is shorter than what a running reader may rely on.
    """
    chosen = timedelta(days=days)
    if chosen < SHORTEST:
        msg = f"--retention-days must be at least {SHORTEST.days}: readers may be that far back"
        raise ConfigurationError(msg)
    return chosen


def promised_versions(lake: Lake) -> dict[str, int]:
    """Return the versions that gold's manifest names: its tables', and that of its silver."""
    manifest = read_manifest(lake)
    if manifest is None:
        return {}
    gold = {f"gold/{name}": version for name, version in manifest.tables.items()}
    return {**gold, "silver/stock_fact": manifest.silver.version}


def keep(table: str, *, files: timedelta, promised: dict[str, int], now: datetime) -> Keep:
    """Return what must be left of a table."""
    since = now - timedelta(days=_DRIVER_DAYS) if table in EXTERNAL_DRIVERS else None
    return Keep(files, promised.get(table), since)


def hours_that_keep(handle: DeltaTable, wanted: Keep, *, now: datetime) -> int | None:
    """Return the hours to retain so that the promised version stays whole; None: for ever.

    A file that this version needs was removed after its commit, so it is younger than that.
    """
    hours = math.ceil(wanted.files / timedelta(hours=1))
    if wanted.version is None:
        return hours
    for commit in handle.history():
        if commit["version"] == wanted.version:
            age = now.timestamp() - commit["timestamp"] / 1000
            return max(hours, math.ceil(age / 3600) + 1)
    return None
