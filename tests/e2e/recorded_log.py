"""The log as silver recorded it, folded again in this process."""

from __future__ import annotations

from pathlib import Path

from deltalake import DeltaTable

from domain.facts import FactKind, StockFact
from domain.instants import day_number, from_datetime
from domain.stock.decide import KeyState, Parameters
from domain.stock.decision import Transition
from domain.stock.masters import World
from domain.stock.policy import Policy
from forecasting.fading_rate import FadingRate
from stream_processors.stock.fold import PartitionFold


def refold(lake: Path) -> dict[str, Transition]:
    """Return the id of every transition that the recorded log leads to, and what it is."""
    columns = [*StockFact.__slots__, "_partition", "_offset"]
    table = DeltaTable(str(lake / "silver/stock_fact")).to_pyarrow_table(columns=columns)
    log = table.sort_by([("_partition", "ascending"), ("_offset", "ascending")]).to_pylist()
    states: dict[str, KeyState] = {}
    folds: dict[int, PartitionFold] = {}
    parameters = Parameters(Policy(), FadingRate())
    found: dict[str, Transition] = {}
    for record in log:
        partition, offset = record.pop("_partition"), record.pop("_offset")
        fold = folds.setdefault(
            partition, PartitionFold(partition, World(), parameters, states.get)
        )
        for decision in fold.fold(_fact(record), offset):
            if decision.transition is not Transition.NONE:
                found[decision.event_id] = decision.transition
        states.update(fold.changed)
        fold.stored()
    return found


def _fact(record: dict[str, object]) -> StockFact:
    due_on = record["due_on"]
    return StockFact(
        **{
            **record,
            "kind": FactKind(record["kind"]),
            "occurred_at": from_datetime(record["occurred_at"]),
            "recorded_at": from_datetime(record["recorded_at"]),
            "due_on": None if due_on is None else day_number(due_on),
        }  # type: ignore[arg-type]  # silver has the names and types of the record
    )
