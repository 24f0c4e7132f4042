"""The read model in, counts and the most urgent alerts out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class UrgentAlert:
    """One alert that is open at the end."""

    message: str
    at_risk_brl: float


@contextmanager
def _read_model(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        yield database


def live_counts(path: Path) -> dict[str, Any]:
    """Return how many positions there are, and how many alerts were opened and recovered."""
    with _read_model(path) as database:
        (positions,) = database.execute("SELECT count(*) FROM position").fetchone()
        transitions = dict(
            database.execute(
                "SELECT transition, count(*) FROM alert_transition GROUP BY transition"
            ).fetchall()
        )
    alerts = {name: transitions.get(name, 0) for name in ("opened", "recovered")}
    return {"positions": positions, "alerts": alerts}


def most_urgent(path: Path, most: int) -> tuple[int, list[UrgentAlert]]:
    """Return how many alerts are open, and those with the most at risk."""
    with _read_model(path) as database:
        (count,) = database.execute("SELECT count(*) FROM alert WHERE state = 'opened'").fetchone()
        rows = database.execute(
            "SELECT message, at_risk_brl FROM alert WHERE state = 'opened'"
            " ORDER BY at_risk_brl DESC, alert_id LIMIT ?",
            (most,),
        ).fetchall()
    return count, [UrgentAlert(*row) for row in rows]


def refused(path: Path, most: int) -> list[str]:
    """Return what was wrong with the first dead letters, in the order of the source."""
    with _read_model(path) as database:
        rows = database.execute(
            "SELECT reason, detail FROM dead_letter"
            " ORDER BY source_topic, source_partition, source_offset LIMIT ?",
            (most,),
        ).fetchall()
    return [f"{reason}: {detail}" for reason, detail in rows]
