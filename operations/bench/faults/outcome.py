"""A demo that has ended, in; all that must be the same whatever went wrong, and what is not, out.

Offsets are left out: after a crash a fact may lie in the log a second time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from domain.instants import day_number, from_datetime

_SAME = (
    "input", "accounting", "dead_letters", "silver", "gold", "positions", "alerts",
    "reconciliation", "proof_holds", "forecasts", "quality",
)  # fmt: skip
_PLACES = ("log_offset", "published_at")
Rows = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one demo came to."""

    totals: Mapping[str, Any]
    raw: Mapping[str, int]
    """Records of each raw topic: nothing is published twice."""
    silver: Rows
    """The latest position of each key in the lake."""
    read_model: Rows
    alerts: frozenset[tuple[str, str, str]]
    """alert_id, transition and event_id of everything in the log of alerts."""
    undelivered: int
    """Transitions that no verified webhook told of."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What two demos do not agree on, in words; all empty where they do."""

    totals: tuple[str, ...]
    positions: tuple[str, ...]
    alerts: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether they agree."""
        return not (self.totals or self.positions or self.alerts)

    def __str__(self) -> str:
        return "\n".join((*self.totals, *self.positions, *self.alerts))


def outcome(report: Mapping[str, Any], data_dir: Path) -> Outcome:
    """Return what a demo came to, from its report and its stores."""
    topics = report["topics"].items()
    opened_and_more = sum(report["alerts"].values())
    return Outcome(
        totals={name: report[name] for name in _SAME},
        raw={name: topic["records"] for name, topic in topics if _is_fed(name)},
        silver=_latest(data_dir / "lake" / "silver" / "stock_position"),
        read_model=_read_model(data_dir / "components" / "live-view" / "live_view.sqlite"),
        alerts=_alerts(data_dir / "lake" / "silver" / "stockout"),
        undelivered=opened_and_more - report["webhooks"]["verified"],
    )


def differences(undisturbed: Outcome, disturbed: Outcome) -> Differences:
    """Return where the disturbed one went wrong."""
    totals = [
        f"{name}: {value} became {disturbed.totals[name]}"
        for name, value in undisturbed.totals.items()
        if value != disturbed.totals[name]
    ]
    totals += [
        f"{topic}: {count} records became {disturbed.raw.get(topic)}"
        for topic, count in undisturbed.raw.items()
        if count != disturbed.raw.get(topic)
    ]
    if disturbed.undelivered:
        totals.append(f"{disturbed.undelivered} transitions without a verified webhook")
    return Differences(
        totals=tuple(totals),
        positions=(
            *_of_rows("silver", undisturbed.silver, disturbed.silver),
            *_of_rows("read model", undisturbed.read_model, disturbed.read_model),
            *_of_rows("read model against silver", disturbed.silver, disturbed.read_model),
        ),
        alerts=(
            *(f"alert missing: {each}" for each in sorted(undisturbed.alerts - disturbed.alerts)),
            *(f"alert too many: {each}" for each in sorted(disturbed.alerts - undisturbed.alerts)),
        ),
    )


def _of_rows(store: str, right: Rows, found: Rows) -> Iterator[str]:
    for key in sorted(right.keys() | found.keys()):
        was, now = right.get(key), found.get(key)
        if was is None or now is None:
            yield f"{store}, {'|'.join(key)}: {'too many' if was is None else 'missing'}"
            continue
        for name in was.keys() & now.keys():
            if was[name] != now[name]:
                yield f"{store}, {'|'.join(key)}: {name} {was[name]} became {now[name]}"


def _is_fed(topic: str) -> bool:
    return topic.startswith("raw.") and not topic.endswith(".dlq")


def _latest(table: Path) -> Rows:
    rows = DeltaTable(str(table)).to_pyarrow_table().sort_by("log_offset").to_pylist()
    return {(row["item_id"], row["site_id"]): _without_places(row) for row in rows}


def _read_model(path: Path) -> Rows:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM position")]
    return {(row["item_id"], row["site_id"]): _without_places(row) for row in rows}


def _alerts(table: Path) -> frozenset[tuple[str, str, str]]:
    columns = ["alert_id", "transition", "event_id"]
    rows = DeltaTable(str(table)).to_pyarrow_table(columns=columns).to_pylist()
    return frozenset(tuple(row[name] for name in columns) for row in rows)


def _without_places(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _as_stored(value)
        for name, value in row.items()
        if name not in _PLACES and not name.startswith("_")
    }


def _as_stored(value: Any) -> Any:
    """Return a value as SQLite holds it: instants and days as numbers."""
    match value:
        case datetime():
            return from_datetime(value)
        case date():
            return day_number(value)
        case _:
            return value
