"""One partition's decisions in, alerts and changed pools out. No Faust here: replay uses it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.pooling import (
    ItemPool,
    Promise,
    Recommendation,
    Shortage,
    SiteStock,
    recommend,
)
from domain.stock.decision import Transition
from schemas.codec import Record
from stream_processors.pooling.alerts import alert_record
from stream_processors.pooling.packing import PoolState

LoadPool = Callable[[str], PoolState | None]


@dataclass(slots=True)
class PoolFold:
    """Folds decisions in the order of the log; `changed` is what the shell must store."""

    load: LoadPool
    changed: dict[str, PoolState] = field(default_factory=dict)

    def fold(self, decision: Record, offset: int) -> Record | None:
        """Return the alert that a decision gives rise to, if any."""
        key = pool_key(decision["pool_id"], decision["item_id"])
        state = self._state(key)
        if offset <= state.folded_through:
            return None
        pool = state.pool.heard(_stock(decision))
        alert: Record | None = None
        match Transition(decision["transition"]):
            case Transition.OPENED:
                recommendation = recommend(_shortage(decision), pool, self._substitutes(decision))
                pool = _promise(pool, decision, recommendation)
                alert = alert_record(decision, recommendation)
            case Transition.RECOVERED:
                pool = pool.released(decision["alert_id"])
                alert = alert_record(decision, Recommendation("none", 0))
            case Transition.NONE:
                pass
        self.changed[key] = PoolState(pool, offset)
        return alert

    def _state(self, key: str) -> PoolState:
        return self.changed.get(key) or self.load(key) or PoolState()

    def _substitutes(self, decision: Record) -> dict[str, ItemPool]:
        item_ids = [each for each in decision["substitutes"].split(";") if each]
        return {
            item_id: self._state(pool_key(decision["pool_id"], item_id)).pool
            for item_id in item_ids
        }


def pool_key(pool_id: str, item_id: str) -> str:
    """Return the table key of one item in one pool."""
    return f"{pool_id}|{item_id}"


def _stock(decision: Record) -> SiteStock:
    return SiteStock(
        site_id=decision["site_id"],
        free_milli=decision["on_hand_milli"] - decision["reserved_milli"],
        position_milli=decision["position_milli"],
        reorder_point_milli=decision["reorder_point_milli"],
        latitude=decision["latitude"],
        longitude=decision["longitude"],
        partition=decision["log_partition"],
        offset=decision["log_offset"],
    )


def _shortage(decision: Record) -> Shortage:
    return Shortage(
        site_id=decision["site_id"],
        needed_milli=decision["reorder_point_milli"] - decision["position_milli"],
        wanted_milli=decision["order_up_to_milli"] - decision["position_milli"],
        buy_milli=decision["buy_quantity_milli"],
        buy_by=decision["buy_by"],
        response_hours=decision["response_hours"],
        latitude=decision["latitude"],
        longitude=decision["longitude"],
    )


def _promise(pool: ItemPool, decision: Record, recommendation: Recommendation) -> ItemPool:
    if recommendation.action != "transfer" or recommendation.from_site is None:
        return pool
    promise = Promise(recommendation.from_site, recommendation.quantity_milli)
    return pool.promised(decision["alert_id"], promise)
