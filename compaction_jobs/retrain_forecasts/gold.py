"""Forecasts in, one commit of `gold/fact_forecasts` out.

Written by deltalake and by this job alone: one engine a table is what Delta asks for, and at
night there is no JVM to start. A version is one commit, so it is there as a whole or not at all;
what was killed half-way has left nothing that a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError

from compaction_jobs.gold_facts.manifest import FORECASTS as TABLE
from compaction_jobs.lake import Lake
from compaction_jobs.retrain_forecasts.series import Series
from domain.errors import TransientError
from domain.instants import to_datetime
from forecasting.with_fallback import Fitted

_APP = "compaction_jobs.retrain_forecasts"
_TEXT = pa.string()
SCHEMA = pa.schema(
    [
        ("forecast_version", _TEXT),
        ("level", _TEXT),
        ("item_id", _TEXT),
        ("family", _TEXT),
        ("region", _TEXT),
        ("unit", _TEXT),
        ("model", _TEXT),
        ("fallback_reason", _TEXT),
        ("week_starts_on", pa.date32()),
        ("weeks_ahead", pa.int32()),
        ("mean", pa.float64()),
        ("p10", pa.float64()),
        ("p50", pa.float64()),
        ("p90", pa.float64()),
        ("made_at", pa.timestamp("us", "UTC")),
        ("silver_version", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a forecast was made from: its version, the data's time, and silver's version."""

    forecast_version: str
    now: int
    silver_version: int


def write_forecasts(lake: Lake, made: Iterable[tuple[Series, Fitted]], origin: Origin) -> int:
    """Commit a version's rows, unless they are there; return how many were written.

    Raises:
        TransientError: another run committed the same version at the same moment.
    """
    uri = str(lake.path(TABLE))
    DeltaTable.create(uri, schema=SCHEMA, mode="ignore")
    held = DeltaTable(uri)
    app_id = f"{_APP}/{origin.forecast_version}"
    if held.transaction_version(app_id) is not None or holds(held, origin.forecast_version):
        return 0
    rows = pa.Table.from_pylist(list(_rows(made, origin)), schema=SCHEMA)
    try:
        write_deltalake(
            held,  # the handle that was looked at: a version that slipped in between is refused
            rows,
            mode="append",
            writer_properties=WriterProperties(compression="ZSTD", compression_level=1),
            commit_properties=CommitProperties(
                app_transactions=[Transaction(app_id, 1, origin.now // 1000)]
            ),
        )
    except CommitFailedError as error:
        msg = f"another run committed to {uri} at the same time; run the job again"
        raise TransientError(msg) from error
    return int(rows.num_rows)


def holds(table: DeltaTable, version: str) -> bool:
    """Return whether a table has rows of a version."""
    of_version = pc.field("forecast_version") == version
    return bool(table.to_pyarrow_dataset().head(1, filter=of_version).num_rows)


def _rows(made: Iterable[tuple[Series, Fitted]], origin: Origin) -> Iterator[dict[str, Any]]:
    for series, fitted in made:
        for ahead, week in enumerate(fitted.weeks, start=1):
            yield {
                "forecast_version": origin.forecast_version,
                "level": str(series.level),
                "item_id": series.item_id,
                "family": series.family,
                "region": series.region,
                "unit": series.unit,
                "model": fitted.model,
                "fallback_reason": fitted.fallback_reason,
                "week_starts_on": week.starts_on,
                "weeks_ahead": ahead,
                "mean": week.mean,
                "p10": week.p10,
                "p50": week.p50,
                "p90": week.p90,
                "made_at": to_datetime(origin.now),
                "silver_version": origin.silver_version,
            }
