"""Every table of the lake, one after the other; one that fails does not keep the rest waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from compaction_jobs.gold_facts.manifest import FORECASTS
from compaction_jobs.lake import Lake
from compaction_jobs.maintenance import appended, gold
from compaction_jobs.maintenance.measure import Size, size_of
from compaction_jobs.maintenance.retention import Keep, keep, promised_versions
from compaction_jobs.stages import Stages
from domain.errors import ConfigurationError, TransientError

_LAYERS = ("bronze", "silver", "gold")
_GOLD = "gold/"
_SIZES = ("files", "bytes", "rows", "disk_bytes", "log_files")
_log = structlog.get_logger()

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tended:
    """What became of one table."""

    table: str
    before: Size
    after: Size
    done: dict[str, int | None]
    error: str | None

    def as_json(self) -> dict[str, Any]:
        """Return it as the report holds it."""
        sizes = {
            f"{name}_{when}": value
            for when, size in (("before", self.before), ("after", self.after))
            for name, value in asdict(size).items()
        }
        return {"table": self.table, **sizes, **self.done, "error": self.error}


def tables_of(lake: Lake) -> list[str]:
    """Return every table that there is, the layers in the order of the flow.

    Raises:
        ConfigurationError: there is none.
    """
    found = [
        f"{layer}/{path.name}"
        for layer in _LAYERS
        for path in sorted(lake.path(layer).glob("*"))
        if path.is_dir() and DeltaTable.is_deltatable(str(path))
    ]
    if not found:
        msg = f"{lake.root} holds no table: start the platform and feed it first"
        raise ConfigurationError(msg)
    return found


def run(
    lake: Lake,
    tables: Sequence[str],
    *,
    spark: Callable[[], AbstractContextManager[SparkSession]],
    files_kept: timedelta,
    now: datetime,
) -> Report:
    """Tend these tables and return the report; Spark is started only if gold has some."""
    stages = Stages(tables)
    promised = promised_versions(lake)
    tended: list[Tended] = []
    with ExitStack() as stack:
        session: SparkSession | None = None
        for table in tables:
            if session is None and _is_sparks(table):
                session = stack.enter_context(spark())
            wanted = keep(table, files=files_kept, promised=promised, now=now)
            tended.append(_tend(lake, table, wanted, spark=session, now=now))
            stages.done(table, **_figures(tended[-1]))
    return {
        "made_at": now.isoformat(),
        "files_kept_days": files_kept / timedelta(days=1),
        "tables_failed": sum(each.error is not None for each in tended),
        "totals": dict(_totals(tended)),
        "tables": [each.as_json() for each in tended],
    }


def _tend(
    lake: Lake, table: str, wanted: Keep, *, spark: SparkSession | None, now: datetime
) -> Tended:
    path = lake.path(table)
    before = size_of(DeltaTable(str(path)), path)
    done: dict[str, int | None] = {}
    error = None
    try:
        if spark is not None and _is_sparks(table):
            done = gold.tend(spark, path, wanted, now=now)
        else:
            done = appended.tend(path, wanted, now=now)
    except TransientError as failure:
        error = str(failure)
        _log.error("table_not_tended", table=table, error=error)
    return Tended(table, before, size_of(DeltaTable(str(path)), path), done, error)


def _is_sparks(table: str) -> bool:
    """Return whether Spark writes a table; what deltalake appends to, it tends too."""
    return table.startswith(_GOLD) and table != FORECASTS


def _figures(tended: Tended) -> dict[str, object]:
    return {
        "files_before": tended.before.files,
        "files_after": tended.after.files,
        **tended.done,
    }


def _totals(tended: list[Tended]) -> Iterator[tuple[str, int]]:
    for name in _SIZES:
        yield f"{name}_before", sum(getattr(each.before, name) for each in tended)
        yield f"{name}_after", sum(getattr(each.after, name) for each in tended)
    for name in ("rows_expired", "files_compacted", "files_removed"):
        yield name, sum(each.done.get(name) or 0 for each in tended)
