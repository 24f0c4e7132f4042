"""One partition's log in, decisions and changed states out. No Faust here: replay uses it too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from domain.errors import RejectedEventError
from domain.facts import BROADCAST, FactKind, StockFact, fact_key
from domain.rejection import Rejection
from domain.stock.decide import KeyState, Parameters, decide, look_again
from domain.stock.decision import Decision, LogPosition
from domain.stock.masters import World

LoadState = Callable[[str], KeyState | None]


@dataclass(slots=True)
class PartitionFold:
    """Folds the facts of one partition of `clean.stock-fact`, in the order of the log.

    `load` fetches a key's stored state; what a batch changes is kept in `changed` until the
    shell has stored it and calls `stored`. The small index of who wants to be looked at is
    kept beside it, so that a tick does not look at every key.
    """

    partition: int
    world: World
    parameters: Parameters
    load: LoadState
    changed: dict[str, KeyState] = field(default_factory=dict)
    world_facts: list[StockFact] = field(default_factory=list)
    _due: dict[str, int] = field(default_factory=dict)
    _of_item: dict[str, set[str]] = field(default_factory=dict)
    _of_site: dict[str, set[str]] = field(default_factory=dict)

    def restore(self, states: Iterable[KeyState]) -> None:
        """Index the keys that are stored already."""
        for state in states:
            self._index(fact_key(state.item_id, state.site_id), state)

    def fold(self, fact: StockFact, offset: int) -> Iterator[Decision]:
        """Yield the decisions that one fact leads to.

        Raises:
            RejectedEventError: the fact cannot be used; no number has changed. A correction that
                would move its target is kept and decided on first, and refused after.
        """
        at = LogPosition(self.partition, offset)
        if fact.kind in BROADCAST:
            yield from self._spread(fact, at)
            return
        key = fact_key(fact.item_id or "", fact.site_id or "")
        state = self._state(key) or KeyState(fact.item_id or "", fact.site_id or "")
        state, decision = decide(state, fact, at, world=self.world, parameters=self.parameters)
        yield from self._keep(key, state, decision)
        if decision is not None and decision.refused is not None:
            raise RejectedEventError(Rejection.CORRECTION_MOVES_KEY, decision.refused)

    def stored(self) -> None:
        """Forget what the shell has stored."""
        self.changed.clear()
        self.world_facts.clear()

    def _spread(self, fact: StockFact, at: LogPosition) -> Iterator[Decision]:
        # What is not news changes nothing: a repetition, or a fact folded in before a crash (the
        # shell stores the world after the keys, so a stored world means that they have seen it).
        if not self.world.learn(fact):
            return
        self.world_facts.append(fact)
        for key in self._touched(fact):
            state = self._state(key)
            if state is not None:
                yield from self._keep(
                    key, *look_again(state, fact, at, world=self.world, parameters=self.parameters)
                )

    def _touched(self, fact: StockFact) -> list[str]:
        match fact.kind:
            case FactKind.ITEM_CHANGED | FactKind.PRIOR_CHANGED:
                return sorted(self._of_item.get(fact.item_id or "", ()))
            case FactKind.SITE_CHANGED:
                return sorted(self._of_site.get(fact.site_id or "", ()))
            case _:
                now = self.world.tick or 0
                return sorted(key for key, due in self._due.items() if due <= now)

    def _state(self, key: str) -> KeyState | None:
        return self.changed.get(key) or self.load(key)

    def _keep(self, key: str, state: KeyState, decision: Decision | None) -> Iterator[Decision]:
        if decision is None:
            return
        self.changed[key] = state
        self._index(key, state)
        yield decision

    def _index(self, key: str, state: KeyState) -> None:
        self._of_item.setdefault(state.item_id, set()).add(key)
        self._of_site.setdefault(state.site_id, set()).add(key)
        if state.next_look_at is None:
            self._due.pop(key, None)
        else:
            self._due[key] = state.next_look_at
