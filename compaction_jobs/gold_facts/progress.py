"""How far into silver gold has come, recorded in the commit of its rows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from deltalake import DeltaTable

from compaction_jobs.lake import Lake, Snapshot

_JOB = "compaction_jobs.gold_facts"
# A few other commits may lie on top (an OPTIMIZE); beyond that, computing anew is cheaper.
_COMMITS_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """What of `silver/stock_fact` is in gold.

    Attributes:
        version: Delta version that was read.
        table_id: of the silver table; another id is another table, however alike.
        ledger: digest of the queries that computed gold.
        offsets: highest offset by partition of the fact log.
    """

    version: int
    table_id: str
    ledger: str
    offsets: dict[int, int]

    def covers(self, silver: Snapshot, ledger: str) -> bool:
        """Return whether rows computed then are still right as far as they go."""
        return self.table_id == silver.table_id and self.ledger == ledger

    def to_json(self) -> str:
        """Return it as commit metadata."""
        return json.dumps({"job": _JOB, **asdict(self)}, sort_keys=True)


def progress_of(document: dict[str, Any]) -> Progress:
    """Return the progress that a JSON document describes."""
    return Progress(
        version=document["version"],
        table_id=document["table_id"],
        ledger=document["ledger"],
        offsets={int(partition): offset for partition, offset in document["offsets"].items()},
    )


def recorded_progress(lake: Lake, table: str) -> Progress | None:
    """Return what the newest commit of this job says, or None where it has to start anew."""
    path = str(lake.path(table))
    if not DeltaTable.is_deltatable(path):
        return None
    for commit in DeltaTable(path).history(_COMMITS_LOOKED_AT):
        metadata = json.loads(commit.get("userMetadata") or "{}")
        if isinstance(metadata, dict) and metadata.get("job") == _JOB:
            return progress_of(metadata)
    return None
