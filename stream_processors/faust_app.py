"""The Faust application that both workers are, with the settings that hold under kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.types import TP, EventT

from adapters.kafka import KafkaSettings
from adapters.kafka.headers import TRACEPARENT, dead_letter_headers
from adapters.kafka.publisher import OutgoingRecord
from adapters.telemetry import Readiness
from domain.errors import RejectedEventError, TransientError
from schemas.codec import schema_id_of
from schemas.topics import topic
from stream_processors.acknowledgement import (
    Batch,
    GapFree,
    ProcessedConsumer,
    SkippedRecordError,
    Stalled,
)

_log = structlog.get_logger()
# Read by the supervisor as "start me again": the log holds whatever was in flight.
EXIT_FAILED = 70
_LOOK_EVERY_SECONDS, _LOOKS = 1.0, 30


def application(name: str, settings: KafkaSettings, state_dir: Path) -> faust.App:
    """Return an application whose id, consumer group and changelog prefix is the module path."""
    app = faust.App(
        name,
        broker=f"kafka://{settings.bootstrap_servers}",
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        datadir=str(state_dir),
        web_enabled=False,
        topic_disable_leader=True,
        # Long enough for a stop-the-world pause, short enough to be back in work soon; with a
        # fixed instance id a restarted worker takes its old place without waiting for it.
        broker_session_timeout=10,
        broker_heartbeat_interval=3,
        broker_commit_interval=1,
        consumer_group_instance_id=name,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        producer_linger=0,
        producer_compression_type="gzip",
        stream_wait_empty=False,
    )
    app.transport.Consumer = ProcessedConsumer
    return app


def bytes_topic(app: faust.App, name: str) -> faust.types.TopicT:
    """Return a topic whose keys and values are the bytes as they are."""
    return app.topic(name, key_type=bytes, value_type=bytes)


async def send_all(app: faust.App, records: Iterable[OutgoingRecord]) -> int:
    """Send records and wait until the broker has acknowledged every one; return how many."""
    acknowledgements: list[Awaitable[object]] = [
        await app.producer.send(
            record.topic,
            record.key,
            record.value,
            record.partition,
            None,
            list(record.headers),
        )
        for record in records
    ]
    await asyncio.gather(*acknowledgements)
    return len(acknowledgements)


def dead_letter(event: EventT, error: RejectedEventError) -> OutgoingRecord:
    """Return the dead letter of a record that a worker cannot use."""
    message = event.message
    refusing = topic(message.topic)
    assert refusing.dead_letter is not None
    return OutgoingRecord(
        refusing.dead_letter,
        message.key,
        message.value,
        [
            *original_headers(event),
            *dead_letter_headers(
                reason=error.reason,
                detail=error.detail,
                topic=message.topic,
                partition=message.partition,
                offset=message.offset,
                timestamp_ms=int(message.timestamp * 1000),
                schema_id=_schema_id(message.value),
            ),
        ],
    )


def original_headers(event: EventT) -> list[tuple[str, bytes]]:
    """Return the record's headers, whichever of its two forms Faust keeps them in."""
    headers = event.message.headers or {}
    return list(headers.items()) if isinstance(headers, dict) else list(headers)


def traceparent_of(event: EventT) -> bytes | None:
    """Return the trace that a record belongs to, to be passed on to what it causes."""
    return dict(original_headers(event)).get(TRACEPARENT)


def by_partition(events: Iterable[EventT]) -> dict[int, list[EventT]]:
    """Return a batch's events by the partition they came from, in the order of the log."""
    groups: dict[int, list[EventT]] = {}
    for event in events:
        groups.setdefault(event.message.partition, []).append(event)
    return groups


class Worker(faust.Worker):
    """Runs an application, and ends at once when told to.

    Faust's own way to stop acknowledges and commits what it has in hand, processed or not: a
    batch that is broken off, records that it skips. So a stop is what a kill is, from which
    everything comes back as it was; the place in the group is kept either way.
    """

    def install_signal_handlers(self) -> None:
        """Let SIGTERM and SIGINT end the process before anything more is acknowledged."""
        super().install_signal_handlers()
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, os._exit, 0)


def run_worker(app: faust.App) -> None:
    """Run an application until the process is told to stop."""
    Worker(app, loglevel="WARNING", redirect_stdouts=False).execute_from_commandline()


async def process_all(
    gap_free: GapFree, batches: AsyncIterator[Sequence[EventT]], batch: Batch
) -> AsyncIterator[None]:
    """Process batch after batch; whatever goes wrong ends the process, and nothing is lost."""
    async for events in batches:
        try:
            await to_the_end(gap_free.process(events, batch))
        except Exception as error:  # noqa: BLE001  the process boundary
            end_process(error)
        yield None


async def to_the_end(batch: Coroutine[Any, Any, None]) -> None:
    """Process a batch to its end even where this task is cancelled meanwhile.

    A rebalance cancels an agent, and `take_events` acknowledges the batch whichever way its
    loop body is left: one that was broken off would be committed, and lost.

    Raises:
        CancelledError: it was cancelled; the batch is processed all the same.
    """
    work = asyncio.ensure_future(batch)
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError as error:
            cancelled = error
    work.result()
    if cancelled is not None:
        raise cancelled


def end_process(error: BaseException) -> None:
    """End the process at once, so that nothing more is acknowledged.

    An exception that leaves an agent loses the batch: Faust restarts the agent behind it.
    """
    _log.error("worker_failed", error=str(error), exc_info=error)
    os._exit(EXIT_FAILED)


def watch_readiness(app: faust.App, source: str, readiness: Readiness) -> None:
    """Keep `readiness` true while partitions of `source` are assigned and tables recovered."""

    @app.timer(interval=0.25, on_leader=False)
    async def look() -> None:
        assigned: set[TP] = app.consumer.assignment()
        if app.rebalancing:
            readiness.not_ready("rebalancing")
        elif not any(tp.topic == source for tp in assigned):
            readiness.not_ready("no partition assigned yet")
        elif app.tables.recovery.in_recovery:
            readiness.not_ready("reading its state back from the changelog")
        else:
            readiness.ready()


def watch_progress(app: faust.App, gap_free: GapFree) -> None:
    """Ask again for a record that waits and is not delivered; in the end, end the process."""
    stalled = Stalled(_LOOKS)

    @app.timer(interval=_LOOK_EVERY_SECONDS, on_leader=False)
    async def look() -> None:
        busy = app.rebalancing or app.tables.recovery.in_recovery or gap_free.in_work
        try:
            await gap_free.read_again(stalled.look({} if busy else await gap_free.waiting()))
        except TransientError as error:
            _log.warning("broker_not_asked", error=str(error))
        except SkippedRecordError as error:
            end_process(error)


def _schema_id(value: bytes | None) -> int | None:
    try:
        return schema_id_of(value)
    except RejectedEventError:
        return None
