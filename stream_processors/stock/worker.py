"""The fold as a Faust agent: outputs first, then state, then the acknowledgement."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Iterable, Iterator
from typing import Any

import faust
import structlog
from faust.types import EventT

from adapters.kafka.headers import event_headers
from adapters.kafka.publisher import OutgoingRecord
from adapters.registry import RegistryCodecs
from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact, fact_key
from domain.stock.decide import KeyState, Parameters
from domain.stock.decision import Decision
from domain.stock.masters import World
from schemas.codec import Record
from schemas.partitioning import partition_of
from schemas.topics import topic
from stream_processors.acknowledgement import GapFree
from stream_processors.faust_app import (
    by_partition,
    bytes_topic,
    dead_letter,
    process_all,
    send_all,
    traceparent_of,
)
from stream_processors.stock import metrics
from stream_processors.stock.fold import PartitionFold
from stream_processors.stock.key_table import SEPARATOR, KeyTable
from stream_processors.stock.records import (
    DECISIONS,
    ESTIMATES,
    POSITIONS,
    decision_record,
    estimate_record,
    position_record,
)
from stream_processors.stock.settings import StockSettings

SOURCE = "clean.stock-fact.v1"
APP = "stream_processors.stock"
# Keys of masters and ticks in the table; no item_id starts with a control character.
_WORLD = SEPARATOR

_log = structlog.get_logger()


def register(
    app: faust.App,
    gap_free: GapFree,
    settings: StockSettings,
    codecs: RegistryCodecs,
    parameters: Parameters,
) -> None:
    """Add the table and the agent to the application."""
    table = app.Table(
        "stock-keys",
        key_type=bytes,
        value_type=bytes,
        partitions=topic(SOURCE).partitions,
        # Compacted eagerly and in small segments: a restart replays all of it.
        extra_topic_configs={"segment.bytes": 16 * 2**20, "min.cleanable.dirty.ratio": 0.1},
    )
    worker = StockWorker(app, table, codecs, parameters)
    app.on_partitions_revoked.connect(worker.forget, weak=False)

    @app.agent(bytes_topic(app, SOURCE), name="fold", concurrency=1)
    async def fold(stream: faust.Stream[bytes]) -> AsyncIterable[None]:
        batches = stream.take_events(settings.batch_size, settings.batch_seconds)
        async for _ in process_all(gap_free, batches, worker.process):
            yield None


class StockWorker:
    """Folds batches and makes what they change durable."""

    def __init__(
        self, app: faust.App, table: Any, codecs: RegistryCodecs, parameters: Parameters
    ) -> None:
        self._app = app
        self._table = table
        self._codecs = codecs
        self._parameters = parameters
        self._folds: dict[int, PartitionFold] = {}
        self._tables: dict[int, KeyTable] = {}
        self._bytes: dict[int, int] = {}

    async def process(self, events: Iterable[EventT]) -> None:
        """Fold a batch; on return its outputs and states are acknowledged by the broker."""
        started = time.perf_counter()
        for partition, batch in by_partition(events).items():
            fold = self._fold(partition)
            await send_all(self._app, list(self._outputs(fold, batch)))
            await self._store(fold)
            metrics.RECORDS.labels(SOURCE).inc(len(batch))
        metrics.KEYS.set(len(self._table.data))
        metrics.BATCH_SECONDS.observe(time.perf_counter() - started)

    async def forget(self, *_: Any, **__: Any) -> None:
        """Drop what was kept in memory: the partitions may come back changed."""
        self._folds.clear()
        self._tables.clear()
        self._bytes.clear()

    def _outputs(self, fold: PartitionFold, batch: Iterable[EventT]) -> Iterator[OutgoingRecord]:
        latest: dict[str, tuple[Decision, bytes | None]] = {}
        for event in batch:
            try:
                fact, trace = self._decode(event), traceparent_of(event)
                for decision in fold.fold(fact, event.message.offset):
                    metrics.DECISIONS.inc()
                    record, pool = decision_record(decision), decision.site.pool_id
                    yield self._outgoing(DECISIONS, pool, record, (decision, trace))
                    key = fact_key(decision.item.item_id, decision.site.site_id)
                    latest[key] = decision, trace
            except RejectedEventError as error:
                metrics.REJECTED.labels(SOURCE, error.reason).inc()
                _log.warning("fact_rejected", reason=error.reason, detail=error.detail)
                yield dead_letter(event, error)
        model = self._parameters.estimator.name
        for key, traced in latest.items():
            yield self._outgoing(POSITIONS, key, position_record(traced[0]), traced)
            yield self._outgoing(ESTIMATES, key, estimate_record(traced[0], model), traced)

    def _decode(self, event: EventT) -> StockFact:
        record = self._codecs.decode(SOURCE, event.message.value)
        return StockFact(**{**record, "kind": FactKind(record["kind"])})

    def _outgoing(
        self, to: str, key: str, record: Record, traced: tuple[Decision, bytes | None]
    ) -> OutgoingRecord:
        decision, traceparent = traced
        headers = event_headers(
            event_id=decision.event_id,
            event_type=to,
            source=APP,
            occurred_at=decision.occurred_at,
            traceparent=traceparent,
        )
        return OutgoingRecord(to, key.encode(), self._codecs.encode(to, record), headers)

    async def _store(self, fold: PartitionFold) -> None:
        table = self._tables[fold.partition]
        written = [table.write(key, state) for key, state in fold.changed.items()]
        # A summary says where its months are: they must be there before it, and stay until then.
        for step in ("months", "summary", "emptied"):
            values = {name: v for each in written for name, v in getattr(each, step).items()}
            await self._write(fold.partition, values)
        # The world last: that it is stored tells a restart that every key has seen it.
        world = {
            _world_key(fold.partition, fact): self._codecs.encode(SOURCE, _record(fact))
            for fact in fold.world_facts
        }
        await self._write(fold.partition, world)
        fold.stored()

    async def _write(self, partition: int, values: dict[bytes, bytes]) -> None:
        sent = []
        for key, value in values.items():
            sent.append(self._table.send_changelog(partition, key, value))
            self._bytes[partition] += len(value) - len(self._table.data.get(key) or b"")
            self._table.data[key] = value
        if values:
            metrics.LARGEST_VALUE_BYTES.set(max(map(len, values.values())))
        metrics.STATE_BYTES.set(sum(self._bytes.values()))
        await asyncio.gather(*sent)

    def _fold(self, partition: int) -> PartitionFold:
        found = self._folds.get(partition)
        if found is None:
            found = self._folds[partition] = self._restore(partition)
        return found

    def _restore(self, partition: int) -> PartitionFold:
        world, states, size = World(), list[KeyState](), 0
        partitions = topic(SOURCE).partitions
        mine = _world_prefix(partition)
        table = self._tables[partition] = KeyTable(self._table.data.get)
        for key, value in self._table.data.items():
            of_key, is_month, _ = key.partition(SEPARATOR)
            if key.startswith(mine):
                world.learn(self._fact(value))
            elif not of_key or partition_of(of_key, partitions) != partition:
                continue  # another partition's, of the world or of a key
            elif not is_month:
                states.append(table.index(value))
            size += len(value)
        self._bytes[partition] = size
        fold = PartitionFold(partition, world, self._parameters, table.load)
        fold.restore(states)
        _log.info("partition_restored", partition=partition, keys=len(states))
        return fold

    def _fact(self, value: bytes) -> StockFact:
        record = self._codecs.decode(SOURCE, value)
        return StockFact(**{**record, "kind": FactKind(record["kind"])})


def _world_prefix(partition: int) -> bytes:
    return _WORLD + f"{partition}".encode() + _WORLD


def _world_key(partition: int, fact: StockFact) -> bytes:
    name = fact.item_id or fact.site_id or ""
    return _world_prefix(partition) + f"{fact.kind}|{name}".encode()


def _record(fact: StockFact) -> Record:
    return {name: getattr(fact, name) for name in StockFact.__slots__}
