"""Ids of masters and of service lines in, the raw coordinates that silver knows them by out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.uploads import Published
from domain.instants import to_datetime

_OF_MASTERS = "stock_fact"
_TABLE_OF = {
    "raw.item.v1": _OF_MASTERS,
    "raw.site.v1": _OF_MASTERS,
    "raw.requisition-line.v1": "requisition_line",
}
_COLUMNS = ["event_id", "raw_topic", "raw_partition", "raw_offset"]

Coordinates = tuple[str, int, int]


class Silver:
    """Asks the lake for what the read model does not keep; `lake` is its root, if there is one."""

    def __init__(self, lake: Path | None) -> None:
        self._lake = lake

    def coordinates(
        self, lines: Sequence[Published], *, received_at: int
    ) -> dict[str, Coordinates]:
        """Return the first raw coordinates of each of these events that silver holds.

        Masters are recorded when their upload is received, which spares the lake's other files.
        """
        wanted: dict[str, list[str]] = {}
        for line in lines:
            table = _TABLE_OF.get(line.topic)
            if table is not None:
                wanted.setdefault(table, []).append(line.event_id)
        found: dict[str, Coordinates] = {}
        for table, ids in wanted.items():
            found |= self._of_table(table, ids, received_at)
        return found

    def _of_table(self, table: str, ids: list[str], received_at: int) -> dict[str, Coordinates]:
        if self._lake is None or not (self._lake / "silver" / table / "_delta_log").is_dir():
            return {}
        # Only now: whoever never uploads a master need not carry the libraries of the lake.
        from deltalake import DeltaTable

        filters: list[tuple[str, str, object]] = [("event_id", "in", ids)]
        if table == _OF_MASTERS:
            filters.insert(0, ("recorded_at", "=", to_datetime(received_at)))
        else:
            # A line of goods is a fact of its key as well: that one says what became of it.
            filters.append(("is_service", "=", True))
        rows = DeltaTable(str(self._lake / "silver" / table)).to_pyarrow_table(
            columns=_COLUMNS, filters=filters
        )
        found: dict[str, Coordinates] = {}
        for row in rows.to_pylist():
            at = (row["raw_topic"], row["raw_partition"], row["raw_offset"])
            found[row["event_id"]] = min(at, found.get(row["event_id"], at))
        return found
