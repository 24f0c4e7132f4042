"""Ids of masters and of service lines in, the raw coordinates that silver knows them by out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.uploads import Published

_TABLE_OF = {
    "raw.item.v1": "stock_fact",
    "raw.site.v1": "stock_fact",
    "raw.requisition-line.v1": "requisition_line",
}
_COLUMNS = ["event_id", "raw_topic", "raw_partition", "raw_offset"]

Coordinates = tuple[str, int, int]


class Silver:
    """Asks the lake for what the read model does not keep; `lake` is its root, if there is one."""

    def __init__(self, lake: Path | None) -> None:
        self._lake = lake

    def coordinates(self, lines: Sequence[Published]) -> dict[str, Coordinates]:
        """Return the first raw coordinates of each of these events that silver holds."""
        wanted: dict[str, list[str]] = {}
        for line in lines:
            table = _TABLE_OF.get(line.topic)
            if table is not None:
                wanted.setdefault(table, []).append(line.event_id)
        found: dict[str, Coordinates] = {}
        for table, ids in wanted.items():
            found |= self._of_table(table, ids)
        return found

    def _of_table(self, table: str, ids: list[str]) -> dict[str, Coordinates]:
        if self._lake is None or not (self._lake / "silver" / table / "_delta_log").is_dir():
            return {}
        # Only now: whoever never uploads a master need not carry the libraries of the lake.
        from deltalake import DeltaTable

        rows = DeltaTable(str(self._lake / "silver" / table)).to_pyarrow_table(
            columns=_COLUMNS, filters=[("event_id", "in", ids)]
        )
        found: dict[str, Coordinates] = {}
        for row in rows.to_pylist():
            at = (row["raw_topic"], row["raw_partition"], row["raw_offset"])
            found[row["event_id"]] = min(at, found.get(row["event_id"], at))
        return found
