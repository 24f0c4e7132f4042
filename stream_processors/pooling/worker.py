"""The pool's fold as a Faust agent: outputs first, then state, then the acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable, Iterator
from typing import Any

import faust
import structlog
from faust.types import EventT

from adapters.kafka.headers import event_headers
from adapters.kafka.publisher import OutgoingRecord
from adapters.registry import RegistryCodecs
from domain.errors import RejectedEventError
from domain.facts import fact_key
from schemas.codec import Record
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
from stream_processors.pooling import metrics
from stream_processors.pooling.fold import PoolFold
from stream_processors.pooling.packing import PoolState, pack, unpack
from stream_processors.pooling.settings import PoolingSettings

SOURCE = "decision.stock-decided.v1"
ALERTS = "alert.stockout.v1"
APP = "stream_processors.pooling"

_log = structlog.get_logger()


def register(
    app: faust.App, gap_free: GapFree, settings: PoolingSettings, codecs: RegistryCodecs
) -> None:
    """Add the table and the agent to the application."""
    table = app.Table(
        "item-pools",
        key_type=bytes,
        value_type=bytes,
        partitions=topic(SOURCE).partitions,
        extra_topic_configs={"segment.bytes": 16 * 2**20, "min.cleanable.dirty.ratio": 0.1},
    )
    worker = PoolingWorker(app, table, codecs)

    @app.agent(bytes_topic(app, SOURCE), name="fold", concurrency=1)
    async def fold(stream: faust.Stream[bytes]) -> AsyncIterable[None]:
        batches = stream.take_events(settings.batch_size, settings.batch_seconds)
        async for _ in process_all(gap_free, batches, worker.process):
            yield None


class PoolingWorker:
    """Folds batches and makes what they change durable."""

    def __init__(self, app: faust.App, table: Any, codecs: RegistryCodecs) -> None:
        self._app = app
        self._table = table
        self._codecs = codecs

    async def process(self, events: Iterable[EventT]) -> None:
        """Fold a batch; on return its alerts and pools are acknowledged by the broker."""
        for partition, batch in by_partition(events).items():
            fold, outgoing = PoolFold(self._load), list[OutgoingRecord]()
            for event in batch:
                outgoing += self._outputs(fold, event)
                if fold.is_complete:
                    await self._keep(partition, fold, outgoing)
                    fold, outgoing = PoolFold(self._load), []
            await self._keep(partition, fold, outgoing)
            metrics.RECORDS.labels(SOURCE).inc(len(batch))

    def _outputs(self, fold: PoolFold, event: EventT) -> Iterator[OutgoingRecord]:
        try:
            decision = self._codecs.decode(SOURCE, event.message.value)
        except RejectedEventError as error:
            metrics.REJECTED.labels(SOURCE, error.reason).inc()
            _log.warning("decision_rejected", reason=error.reason, detail=error.detail)
            yield dead_letter(event, error)
            return
        alert = fold.fold(decision, event.message.offset)
        if alert is not None:
            metrics.TRANSITIONS.labels(alert["transition"]).inc()
            yield self._outgoing(alert, traceparent_of(event))

    def _outgoing(self, alert: Record, traceparent: bytes | None) -> OutgoingRecord:
        headers = event_headers(
            event_id=alert["event_id"],
            event_type=ALERTS,
            source=APP,
            occurred_at=alert["occurred_at"],
            traceparent=traceparent,
        )
        key = fact_key(alert["item_id"], alert["site_id"]).encode()
        return OutgoingRecord(ALERTS, key, self._codecs.encode(ALERTS, alert), headers)

    async def _keep(
        self, partition: int, fold: PoolFold, outgoing: Iterable[OutgoingRecord]
    ) -> None:
        await send_all(self._app, outgoing)
        for stage in fold.stages:
            sent = []
            for key, state in stage.items():
                packed = pack(state)
                sent.append(self._table.send_changelog(partition, key.encode(), packed))
                self._table.data[key.encode()] = packed
            await asyncio.gather(*sent)

    def _load(self, key: str) -> PoolState | None:
        packed = self._table.data.get(key.encode())
        return None if packed is None else unpack(packed)
