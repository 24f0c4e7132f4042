"""One partition's decisions in, alerts and changed pools out. No Faust here: replay uses it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from domain.pooling import ItemPool, Recommendation, Shortage, SiteStock, recommend
from domain.stock.decision import Transition
from schemas.codec import Record
from stream_processors.pooling.alerts import alert_record
from stream_processors.pooling.packing import PoolState

LoadPool = Callable[[str], PoolState | None]


@dataclass(slots=True)
class PoolFold:
    """Folds decisions in the order of the log; `stages` is what the shell must store.

    Once a decision has looked at other items' pools, nothing more may be folded: had one of
    them changed further and survived a crash that this decision did not, it would be answered
    by other stock under the same id. The shell stores, and goes on with a new fold.
    """

    load: LoadPool
    changed: dict[str, PoolState] = field(default_factory=dict)
    _last: str | None = field(init=False, default=None)

    @property
    def is_complete(self) -> bool:
        """Whether it must be stored before another decision is folded."""
        return self._last is not None

    @property
    def stages(self) -> list[dict[str, PoolState]]:
        """Changed pools, in groups that must be durable one after the other.

        The pool whose offset fences the last decision off comes after all others: what it
        promised of a substitute is then never skipped over.
        """
        first = {key: state for key, state in self.changed.items() if key != self._last}
        last = {key: state for key, state in self.changed.items() if key == self._last}
        return [stage for stage in (first, last) if stage]

    def fold(self, decision: Record, offset: int) -> Record | None:
        """Return the alert that a decision gives rise to, if any."""
        key = pool_key(decision["pool_id"], decision["item_id"])
        state, stock = self._state(key), _stock(decision)
        # A repetition at a new offset was answered when it was new; answered again, it would find
        # its own promise in the way and advise something else under the same id.
        if offset <= state.folded_through or state.pool.knows(stock):
            return None
        self.changed[key] = PoolState(state.pool.heard(stock), offset)
        transition = Transition(decision["transition"])
        if transition is not Transition.NONE and _substitutes(decision):
            self._last = key
        match transition:
            case Transition.OPENED:
                return self._opened(decision)
            case Transition.RECOVERED:
                return self._recovered(decision)
            case Transition.NONE:
                return None

    def _opened(self, decision: Record) -> Record:
        # Its own promise may have outlived a crash: it must not stand in the way of itself.
        own, *others = (
            self._pool(decision, each).released(decision["alert_id"])
            for each in (decision["item_id"], *_substitutes(decision))
        )
        substitutes = dict(zip(_substitutes(decision), others, strict=True))
        recommendation = recommend(_shortage(decision), own, substitutes)
        promise = recommendation.promise()
        if promise is not None:
            promising = recommendation.substitute_item or decision["item_id"]
            pool = self._pool(decision, promising).promised(decision["alert_id"], promise)
            self._keep(decision, promising, pool)
        return alert_record(decision, recommendation)

    def _recovered(self, decision: Record) -> Record:
        for item_id in (decision["item_id"], *_substitutes(decision)):
            pool = self._pool(decision, item_id)
            if decision["alert_id"] in pool.promises:
                self._keep(decision, item_id, pool.released(decision["alert_id"]))
        return alert_record(decision, Recommendation("none", 0))

    def _pool(self, decision: Record, item_id: str) -> ItemPool:
        return self._state(pool_key(decision["pool_id"], item_id)).pool

    def _keep(self, decision: Record, item_id: str, pool: ItemPool) -> None:
        key = pool_key(decision["pool_id"], item_id)
        self.changed[key] = replace(self._state(key), pool=pool)

    def _state(self, key: str) -> PoolState:
        return self.changed.get(key) or self.load(key) or PoolState()


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


def _substitutes(decision: Record) -> list[str]:
    return [item_id for item_id in decision["substitutes"].split(";") if item_id]
