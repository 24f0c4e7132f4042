"""One version of a silver table in, its current view as a pandas frame out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from compaction_jobs.lake import Snapshot

ARRIVED_AT = "_timestamp"
ARRIVAL_TOLERATED = "arrived_within_a_day"

# Where a copy lies is no part of what it says: a restart may have written it again, and what
# every partition must hear lies in every one.
_WHERE_A_COPY_LIES = ("raw_partition", "raw_offset", ARRIVED_AT)
_NOT_SAID = frozenset({"_topic", "_partition", "_offset", "_schema_id", *_WHERE_A_COPY_LIES})


def current_view(snapshot: Snapshot, *, most_rows: int) -> pa.Table:
    """Return every distinct thing that a table says, with the first place where it says it.

    Copies of one event are one row. Two rows with one event_id are two that contradict each
    other, so that uniqueness is worth expecting.

    Args:
        snapshot: the table and its version.
        most_rows: of a longer table, only about so many that arrived last are read: what is
            older was looked at when it came, and memory stays bounded.
    """
    dataset = DeltaTable(str(snapshot.path), version=snapshot.version).to_pyarrow_dataset()
    arrived_since = None
    if dataset.count_rows() > most_rows:
        arrivals = dataset.to_table(columns=[ARRIVED_AT])[ARRIVED_AT]
        newest = pc.sort_indices(arrivals, sort_keys=[("", "descending")])[most_rows - 1]
        arrived_since = pc.field(ARRIVED_AT) >= arrivals[newest.as_py()]
    rows = dataset.to_table(filter=arrived_since)
    said = [name for name in rows.column_names if name not in _NOT_SAID]
    first = [(name, "min") for name in _WHERE_A_COPY_LIES]
    distinct = rows.group_by(said).aggregate(first)
    return distinct.rename_columns([name.removesuffix("_min") for name in distinct.column_names])


def of_kinds(view: pa.Table, kinds: Sequence[str]) -> pa.Table:
    """Return the rows of some kinds."""
    return view.filter(pc.is_in(view["kind"], pa.array(kinds)))


def frame_of(view: pa.Table) -> pd.DataFrame:
    """Return a view as pandas holds it, dates as timestamps."""
    frame = view.to_pandas(date_as_object=False)
    frame[ARRIVAL_TOLERATED] = frame[ARRIVED_AT] + pd.Timedelta(days=1)
    return frame
