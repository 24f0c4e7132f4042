"""The read model in, counts and the most urgent alerts out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.messages import opened
from domain.pooling import Recommendation

# The pool's advice holds while its alert is open; to buy is the position's own, and newer.
_POOLED = ("transfer", "substitute")
_OPEN = "alert AS a JOIN position AS p ON p.alert_id = a.alert_id AND a.state = 'opened'"
_BELOW = "p.below_reorder_point"
_COLUMNS = """p.*, a.action AS pooled_action, a.quantity_milli AS pooled_milli, a.from_site,
    a.substitute_item"""


@dataclass(frozen=True, slots=True)
class UrgentAlert:
    """One alert that is open at the end, as its position stands then."""

    message: str
    at_risk_brl: float


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """How many are open, how many of them are below their reorder point now, the most urgent."""

    count: int
    below: int
    urgent: list[UrgentAlert]


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


def open_alerts(path: Path, most: int) -> OpenAlerts:
    """Return the alerts that are open, and those with the most at risk as things stand now.

    An alert was worded when it was opened; what has happened since is in the position. One whose
    position is back at its reorder point has nothing at risk and nothing to be done any more; it
    ends a little above.
    """
    with _read_model(path) as database:
        database.row_factory = sqlite3.Row
        counted = database.execute(f"SELECT count(*), total({_BELOW}) FROM {_OPEN}").fetchone()
        rows = database.execute(
            f"SELECT {_COLUMNS} FROM {_OPEN} WHERE {_BELOW}"
            " ORDER BY p.at_risk_brl DESC, p.item_id, p.site_id LIMIT ?",
            (most,),
        ).fetchall()
    urgent = [UrgentAlert(_as_it_stands(row), row["at_risk_brl"]) for row in rows]
    return OpenAlerts(counted[0], int(counted[1]), urgent)


def _as_it_stands(row: sqlite3.Row) -> str:
    pooled = row["pooled_action"] in _POOLED
    return opened(
        name=row["name"],
        site_id=row["site_id"],
        unit=row["unit"],
        on_hand_milli=row["on_hand_milli"],
        position_milli=row["position_milli"],
        reorder_point_milli=row["reorder_point_milli"],
        days=(row["days_to_stockout_p10"], row["days_to_stockout_p90"]),
        recommendation=Recommendation(
            action=row["pooled_action"] if pooled else row["action"],
            quantity_milli=row["pooled_milli"] if pooled else row["buy_quantity_milli"],
            by=None if pooled else row["buy_by"],
            from_site=row["from_site"],
            substitute_item=row["substitute_item"],
        ),
    )


def refused(path: Path, most: int) -> list[str]:
    """Return what was wrong with the first dead letters, in the order of the source."""
    with _read_model(path) as database:
        rows = database.execute(
            "SELECT reason, detail FROM dead_letter"
            " ORDER BY source_topic, source_partition, source_offset LIMIT ?",
            (most,),
        ).fetchall()
    return [f"{reason}: {detail}" for reason, detail in rows]
