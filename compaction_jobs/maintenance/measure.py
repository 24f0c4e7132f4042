"""A table in, its files, bytes and rows out; nothing of its rows is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable


@dataclass(frozen=True, slots=True)
class Size:
    """A table at one moment.

    Attributes:
        version: the newest.
        files: that it consists of.
        bytes: of these.
        rows: of these, as their statistics say.
        disk_bytes: of its folder, with old files and its log.
        log_files: in its log.
    """

    version: int
    files: int
    bytes: int
    rows: int
    disk_bytes: int
    log_files: int


def size_of(handle: DeltaTable, path: Path) -> Size:
    """Return the size of a table."""
    actions = pa.table(handle.get_add_actions(flatten=True))
    return Size(
        version=handle.version(),
        files=actions.num_rows,
        bytes=_sum(actions, "size_bytes"),
        rows=_sum(actions, "num_records"),
        disk_bytes=sum(_bytes(each) for each in path.rglob("*")),
        log_files=sum(1 for _ in (path / "_delta_log").iterdir()),
    )


def _sum(actions: pa.Table, column: str) -> int:
    return int(pc.sum(actions[column]).as_py() or 0)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0  # the sink's, on its way to its name
