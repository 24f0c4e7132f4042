"""When rows on their way to a table are committed."""

from __future__ import annotations

import pyarrow as pa
import pytest

from adapters.delta import Source, Span
from sinks.lakehouse.pending import Cadence, Pending

SOURCE = Source("raw.a.v1", "id", 0)
CADENCE = Cadence(most_rows=10, most_bytes=1000, longest_seconds=4, quiet_seconds=1)


def pending(rows: int, *, at: float, size: int = 1) -> Pending:
    found = Pending()
    batch = pa.RecordBatch.from_pydict({"x": pa.array([b"x" * size] * rows, pa.binary())})
    found.add(batch, {SOURCE: rows}, now=at)
    return found


@pytest.mark.parametrize(
    ("waiting", "now", "last_arrival", "due"),
    [
        (Pending(), 100.0, 0.0, False),
        (pending(1, at=0), 0.5, 0.4, False),
        (pending(10, at=0), 0.1, 0.1, True),
        (pending(2, at=0, size=600), 0.1, 0.1, True),
        (pending(1, at=0), 4.0, 3.9, True),
        (pending(1, at=0), 1.5, 0.5, True),
    ],
    ids=["nothing waits", "company may come", "many rows", "many bytes", "long enough", "quiet"],
)
def test_a_commit_is_due(waiting, now, last_arrival, due):
    assert CADENCE.due(waiting, now=now, last_arrival=last_arrival) is due


def test_age_counts_from_the_first_row():
    found = pending(1, at=0)
    found.add(pending(1, at=3).batches[0], {SOURCE: 2}, now=3)
    assert CADENCE.due(found, now=4.0, last_arrival=3.9)


def test_a_batch_without_rows_still_moves_the_offsets():
    found = pending(0, at=0)
    assert found.spans({SOURCE: None}) == {SOURCE: Span(None, 0)}
    assert CADENCE.due(found, now=4, last_arrival=4)


def test_what_was_committed_is_forgotten():
    found = pending(3, at=0)
    found.clear()
    assert (found.rows, found.bytes, found.since, found.batches) == (0, 0, None, [])
    assert found.spans({}) == {}
