"""The care of a table that deltalake appends to: bronze, silver, and the forecasts of gold.

Every step is one commit or none, and none of them conflicts with an append: the sink goes on
meanwhile. The sink's positions are part of the table's log and stay there.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from deltalake import DeltaTable, WriterProperties
from deltalake.exceptions import CommitFailedError, DeltaError

from compaction_jobs.maintenance.retention import LOG, Keep, hours_that_keep
from domain.errors import TransientError

# As the sink writes them.
_WRITING = WriterProperties(compression="ZSTD", compression_level=1)
_ATTEMPTS = 3


def tend(path: Path, wanted: Keep, *, now: datetime) -> dict[str, int | None]:
    """Expire, compact, vacuum, checkpoint and shorten the log; return what was done.

    Raises:
        TransientError: another process interfered, or the storage failed.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _tend(path, wanted, now=now)
        except CommitFailedError as error:
            if attempt == _ATTEMPTS:
                msg = f"{path}: another process kept committing: {error}"
                raise TransientError(msg) from error
        except (DeltaError, OSError) as error:
            msg = f"{path}: {error}"
            raise TransientError(msg) from error
    raise AssertionError(path)


def _tend(path: Path, wanted: Keep, *, now: datetime) -> dict[str, int | None]:
    handle = DeltaTable(str(path))
    expired = _expire(handle, wanted)
    compacted = handle.optimize.compact(writer_properties=_WRITING)
    hours = hours_that_keep(handle, wanted, now=now)
    # All of the folder is looked at: a killed writer left files that no log names.
    removed = [] if hours is None else handle.vacuum(hours, dry_run=False, full=True)
    handle = DeltaTable(str(path))
    if handle.version() != _checkpointed(path):
        handle.create_checkpoint()
    # An old version needs the log files behind it, so a promise may keep all of them.
    if hours is not None and hours * 3600 < LOG.total_seconds():
        handle.cleanup_metadata()
    return {
        "rows_expired": expired,
        "files_compacted": compacted["numFilesRemoved"],
        "files_removed": len(removed),
        "retention_hours": hours,
    }


def _expire(handle: DeltaTable, wanted: Keep) -> int:
    """Delete whole days of an external driver; no file is rewritten for it."""
    if wanted.rows_since is None:
        return 0
    on = wanted.rows_since
    older = (
        f"year < {on.year} OR (year = {on.year} AND (month < {on.month} "
        f"OR (month = {on.month} AND day < {on.day})))"
    )
    return int(handle.delete(older)["num_deleted_rows"] or 0)


def _checkpointed(path: Path) -> int | None:
    """Return the version of the newest checkpoint."""
    versions = [
        int(each.name.partition(".")[0])
        for each in (path / "_delta_log").glob("*.checkpoint*.parquet")
    ]
    return max(versions, default=None)
