"""One process that reads alerts into the outbox and delivers what is due."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from adapters.telemetry import Readiness
from domain.errors import RejectedEventError
from domain.rejection import Rejection
from schemas.codec import Record
from sinks.log import LogRecord, SourceLog, TopicDescription
from sinks.resume import all_partitions, refuse_other_broker, resume
from sinks.webhooks import metrics
from sinks.webhooks.dispatcher import Dispatcher, http_client
from sinks.webhooks.endpoints import EndpointsFile
from sinks.webhooks.message import KINDS, body_of
from sinks.webhooks.outbox import Announcement, Outbox

APP = "sinks.webhooks"
_READ_MOST = 500
# How soon the wish to stop is noticed; a record does not wait for it.
_READ_SECONDS = 0.5
# How soon a retry that became due, or a changed endpoints file, is noticed.
_LOOK_SECONDS = 0.1
_COUNT_SECONDS = 1.0
_log = structlog.get_logger()


class Decoder(Protocol):
    """Decodes the values of every topic."""

    def decode(self, topic_name: str, framed: bytes | None) -> Record:
        """Return the record in framed bytes."""


@dataclass(slots=True)
class WebhooksSink:
    """Reads alerts and delivers them."""

    outbox: Outbox
    endpoints: EndpointsFile
    log: SourceLog
    decoder: Decoder
    readiness: Readiness
    now: Callable[[], int]  # microseconds since 1970
    jitter: Callable[[], float]

    def session(self, stopping: threading.Event) -> None:
        """Read and deliver until stopping is set.

        Raises:
            TransientError: something outside failed; begin another session.
            ConfigurationError: delivery log and broker do not belong together, or the endpoints
                file has never been usable.
        """
        asyncio.run(self._session(stopping))

    async def _session(self, stopping: threading.Event) -> None:
        self.endpoints.current()
        described = self.log.describe(KINDS)
        self._assign(described)
        topic_ids = {name: each.topic_id for name, each in described.items()}
        self.readiness.ready()
        async with http_client() as client:
            dispatcher = Dispatcher(self.outbox, client, now=self.now, jitter=self.jitter)
            tasks = [
                asyncio.create_task(self._read(topic_ids, dispatcher, stopping)),
                asyncio.create_task(self._deliver(dispatcher, stopping)),
                asyncio.create_task(self._count(stopping)),
            ]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await dispatcher.abandon()

    def _assign(self, described: dict[str, TopicDescription]) -> None:
        store = "the delivery log"
        refuse_other_broker(self.outbox.topic_ids(), described, store=store)
        bounds = self.log.bounds(all_partitions(described))
        found = resume(dict(self.outbox.next_offsets()), bounds, store=store)
        for (topic, partition), count in found.expired.items():
            metrics.EXPIRED.labels(topic).inc(count)
            _log.error("records_expired_unread", topic=topic, partition=partition, records=count)
        self.log.assign(found.offsets)
        _log.info("assigned", partitions=len(found.offsets))

    async def _read(
        self, topic_ids: Mapping[str, str], dispatcher: Dispatcher, stopping: threading.Event
    ) -> None:
        while not stopping.is_set():
            records = await asyncio.to_thread(self.log.read, most=_READ_MOST, seconds=_READ_SECONDS)
            if records:
                self._enqueue(records, topic_ids)
                dispatcher.start_due(self.endpoints.current())

    async def _deliver(self, dispatcher: Dispatcher, stopping: threading.Event) -> None:
        while not stopping.is_set():
            dispatcher.start_due(self.endpoints.current())
            await dispatcher.wait(_LOOK_SECONDS)

    def _enqueue(self, records: Sequence[LogRecord], topic_ids: Mapping[str, str]) -> None:
        announcements = [a for a in map(self._announcement, records) if a is not None]
        endpoints = self.endpoints.current()
        self.outbox.enqueue(
            announcements,
            endpoints=list(endpoints),
            next_offsets={(each.topic, each.partition): each.offset + 1 for each in records},
            topic_ids=topic_ids,
            now=self.now(),
        )
        for each in records:
            metrics.RECORDS.labels(each.topic).inc()
        _log.info("alerts_enqueued", alerts=len(announcements), endpoints=len(endpoints))

    def _announcement(self, record: LogRecord) -> Announcement | None:
        try:
            alert = self.decoder.decode(record.topic, record.value)
            return Announcement(alert["event_id"], _body(record.topic, alert), record.timestamp_us)
        except RejectedEventError as error:
            # The lakehouse sink, which reads every topic, is the one that writes its dead letter.
            metrics.UNREADABLE.labels(record.topic, error.reason).inc()
            _log.error(
                "alert_unreadable",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                why=str(error),
            )
            return None

    async def _count(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            unfinished = self.outbox.unfinished()
            metrics.PENDING.set(unfinished["pending"])
            metrics.DEAD.set(unfinished["dead"])
            await asyncio.sleep(_COUNT_SECONDS)


def _body(topic: str, alert: Record) -> str:
    try:
        return body_of(topic, alert)
    except (OverflowError, ValueError) as error:
        raise RejectedEventError(Rejection.UNDECODABLE, str(error)) from error
