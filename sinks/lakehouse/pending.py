"""Rows on their way to one table, and when they are to be committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from adapters.delta import Source, Span


@dataclass(slots=True)
class Pending:
    """What one table is still to be given."""

    since: float | None = None
    rows: int = 0
    bytes: int = 0
    batches: list[pa.RecordBatch] = field(default_factory=list)
    reached: dict[Source, int] = field(default_factory=dict)

    def add(self, batch: pa.RecordBatch, reached: Mapping[Source, int], *, now: float) -> None:
        """Take rows and the offsets up to which they go; no rows still move the offsets."""
        if self.since is None:
            self.since = now
        self.rows += batch.num_rows
        self.bytes += batch.nbytes
        self.batches.append(batch)
        self.reached.update(reached)

    def spans(self, held: Mapping[Source, int | None]) -> dict[Source, Span]:
        """Return the offsets covered, given those that the table held before."""
        return {each: Span(held[each], last) for each, last in self.reached.items()}

    def clear(self) -> None:
        """Forget everything: it is committed."""
        self.since, self.rows, self.bytes = None, 0, 0
        self.batches.clear()
        self.reached.clear()


@dataclass(frozen=True, slots=True)
class Cadence:
    """When to commit: a commit costs tens of milliseconds of a core, waiting costs freshness."""

    most_rows: int = 20_000
    most_bytes: int = 8 << 20  # fourteen tables at their limit still fit into 128 MiB
    longest_seconds: float = 4.0
    # With nothing more on its way, waiting for company is pointless.
    quiet_seconds: float = 1.0

    def due(self, pending: Pending, *, now: float, last_arrival: float) -> bool:
        """Return whether a table's rows are to be committed now."""
        if pending.since is None:
            return False
        return (
            pending.rows >= self.most_rows
            or pending.bytes >= self.most_bytes
            or now - pending.since >= self.longest_seconds
            or now - last_arrival >= self.quiet_seconds
        )
