"""The stock worker's shell without Kafka: outputs, then keys, then world, then acknowledgement.

It keeps what the broker keeps (outputs, the table, the acknowledged offset) and loses the rest
when it dies, wherever that is. Compare `stream_processors.stock.worker.StockWorker`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.errors import RejectedEventError
from domain.facts import StockFact
from domain.stock.decide import KeyState, Parameters
from domain.stock.decision import Decision, Transition
from domain.stock.masters import World
from domain.stock.policy import Policy
from forecasting.fading_rate import FadingRate
from stream_processors.stock.fold import PartitionFold
from stream_processors.stock.key_table import KeyTable

PARAMETERS = Parameters(Policy(), FadingRate())


class CrashError(Exception):
    """The process is gone."""


@dataclass
class Shell:
    """One worker of one partition, and what outlives it."""

    log: Sequence[StockFact]
    keys: dict[bytes, bytes] = field(default_factory=dict)
    world: dict[str, StockFact] = field(default_factory=dict)
    outputs: list[Decision] = field(default_factory=list)
    dead_letters: list[tuple[int, str]] = field(default_factory=list)
    acknowledged: int = 0
    _fold: PartitionFold | None = None
    _table: KeyTable | None = None
    _steps_to_live: int | None = None

    def run(self, batch_size: int, *, steps_to_live: int | None = None) -> None:
        """Fold the log to its end, or die after so many durable steps and forget everything.

        Offsets are acknowledged a batch late, as Kafka's periodic commit does.
        """
        self._steps_to_live, done = steps_to_live, self.acknowledged
        try:
            for start in range(self.acknowledged, len(self.log), batch_size):
                self._process(range(start, min(start + batch_size, len(self.log))))
                self._live()
                self.acknowledged, done = done, start + batch_size
            self.acknowledged = len(self.log)
        except CrashError:
            self._fold = None

    def _process(self, offsets: range) -> None:
        fold = self._fold = self._fold or self._restored()
        for output in list(self._outputs(fold, offsets)):
            self._live()
            self.outputs.append(output)
        assert self._table is not None
        written = [self._table.write(key, state) for key, state in fold.changed.items()]
        for step in ("months", "summary", "emptied"):
            for each in written:
                for name, value in getattr(each, step).items():
                    self._live()
                    self.keys[name] = value
        for fact in fold.world_facts:
            self._live()
            self.world[f"{fact.kind}|{fact.item_id or fact.site_id}"] = fact
        fold.stored()

    def _outputs(self, fold: PartitionFold, offsets: range) -> Iterator[Decision]:
        for offset in offsets:
            try:
                yield from fold.fold(self.log[offset], offset)
            except RejectedEventError as error:
                self.dead_letters.append((offset, error.reason))

    def _restored(self) -> PartitionFold:
        world = World()
        for fact in self.world.values():
            world.learn(fact)
        table = self._table = KeyTable(self.keys.get)
        fold = PartitionFold(0, world, PARAMETERS, table.load)
        fold.restore(table.index(value) for name, value in self.keys.items() if b"\x00" not in name)
        return fold

    def _live(self) -> None:
        if self._steps_to_live is not None:
            self._steps_to_live -= 1
            if self._steps_to_live < 0:
                raise CrashError

    def states(self) -> dict[str, KeyState | None]:
        """Return the state of every key as it is stored, read anew."""
        table = KeyTable(self.keys.get)
        names = [name.decode() for name in self.keys if b"\x00" not in name]
        for name in names:
            table.index(self.keys[name.encode()])
        return {name: table.load(name) for name in names}

    def decisions(self) -> dict[str, Decision]:
        """Return what was decided, by id; the same id must always say the same."""
        found: dict[str, Decision] = {}
        for each in self.outputs:
            assert found.setdefault(each.event_id, each) == each
        return found

    def alerts(self) -> list[tuple[str, Transition]]:
        """Return the alerts' transitions in the order in which each was first published."""
        return [
            (each.alert.alert_id, each.transition)
            for each in self.decisions().values()
            if each.alert is not None and each.transition is not Transition.NONE
        ]
