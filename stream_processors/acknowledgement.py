"""What a worker may acknowledge: what it has processed without a gap, and nothing beyond.

Faust commits by what was delivered. A record whose delivery is broken off while its flow is
suspended (a rebalance, a pause, the end of recovery) counts as read, and `_new_offset` of 0.15.3
tells a gap only from its second record on: with 254 committed and 255 acknowledged it commits
256, and 254 is lost without a word. So the offsets that are committed here are the worker's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

import faust
import structlog
from confluent_kafka import TopicPartition
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, EventT

from adapters.kafka import KafkaSettings, PartitionReader, consumer
from domain.errors import PlatformError, TransientError

_log = structlog.get_logger()
Batch = Callable[[Sequence[EventT]], Awaitable[None]]
_SECONDS = 30.0


class Log(Protocol):
    """What the broker knows of the partitions that a worker reads."""

    async def committed(self, tp: TP) -> int:
        """Return the offset that is committed for the group, 0 where none is."""

    async def holds_records(self, tp: TP, first: int, before: int) -> bool:
        """Return whether there is a record at or after `first` and before `before`."""


class SkippedRecordError(PlatformError):
    """A record is not delivered however often it is asked for: start again from the commits."""


class ProcessedConsumer(Consumer):
    """Faust's consumer, committing what `processed` was told of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lives = 0
        self._begun: dict[TP, int] = {}
        self._processed: dict[TP, int] = {}

    def expected(self, tp: TP) -> int | None:
        """Return the offset of the next record to be processed, None where it is not known yet."""
        return self._processed.get(tp, self._begun.get(tp))

    def begins(self, tp: TP, offset: int) -> None:
        """Note what is committed already."""
        self._begun[tp] = offset

    def processed(self, tp: TP, following: int) -> None:
        """Note that everything before the offset `following` is processed."""
        self._processed[tp] = following

    def _new_offset(self, tp: TP) -> int | None:
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        self._gap.pop(tp, None)
        return self._processed.get(tp)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget how far these came: another worker may take them further.

        A batch that is in work meanwhile may not say so either: the state that it wrote can be
        missing in what the table is read back from.
        """
        self.lives += 1
        for tp in revoked:
            self._begun.pop(tp, None)
            self._processed.pop(tp, None)
        await super().on_partitions_revoked(revoked)


class GapFree:
    """Processes batches, each partition's records in the order of the log and none left out.

    A record that comes again is passed over: it is processed already, and what it led to is
    acknowledged by the broker. One that comes too early is passed over, too: it comes again after
    the one before it, for which `read_again` asks.
    """

    def __init__(self, app: faust.App, log: Log) -> None:
        self._app = app
        self._log = log
        self._missed: dict[TP, int] = {}
        self.in_work = False

    async def process(self, events: Iterable[EventT], batch: Batch) -> None:
        """Process what is new of a batch; on return it may be committed."""
        self.in_work = True
        try:
            await self._process(events, batch)
        finally:
            self.in_work = False

    async def _process(self, events: Iterable[EventT], batch: Batch) -> None:
        following, life = dict[TP, int](), self._app.consumer.lives
        new = list[EventT]()
        for event in events:
            tp, offset = event.message.tp, event.message.offset
            due = following[tp] if tp in following else await self._expected(tp)
            if offset == due or (offset > due and not await self._misses(tp, due, offset)):
                new.append(event)
                due = offset + 1
            following[tp] = due
        if new:
            await batch(new)
        if self._app.consumer.lives == life:
            for tp, offset in following.items():
                self._app.consumer.processed(tp, offset)

    async def _misses(self, tp: TP, due: int, offset: int) -> bool:
        if self._missed.get(tp) != due:
            if not await self._log.holds_records(tp, due, offset):
                return False
            self._missed[tp] = due
            _log.warning("record_not_delivered", topic=tp.topic, partition=tp.partition, offset=due)
        return True

    async def waiting(self) -> dict[TP, int]:
        """Return the next record of each partition that has more than has been processed."""
        reading = self._app.consumer
        found: dict[TP, int] = {}
        for tp in reading.assignment():
            if self._app.topics.acks_enabled_for(tp.topic) and (end := reading.highwater(tp)):
                expected = await self._expected(tp)
                if expected < end:
                    found[tp] = expected
        return found

    async def read_again(self, places: Mapping[TP, int]) -> None:
        """Let the consumer go back to these offsets."""
        if places:
            await self._app.consumer.seek_wait(places)

    async def _expected(self, tp: TP) -> int:
        reading = self._app.consumer
        # Faust's own answer is not there yet when the first records come.
        if (known := reading.expected(tp)) is None:
            known = await self._log.committed(tp)
            reading.begins(tp, known)
        return known


class Stalled:
    """Tells when a record waits and does not come.

    Counts looks, not seconds: a process that was paused has seen nothing meanwhile.
    """

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._seen: dict[TP, tuple[int, int]] = {}

    def look(self, waiting: Mapping[TP, int]) -> dict[TP, int]:
        """Note which records wait now; return those that were waiting at the last look already.

        Raises:
            SkippedRecordError: one of them was waiting at every one of the last looks.
        """
        before, self._seen = self._seen, {}
        for tp, expected in waiting.items():
            was, looks = before.get(tp, (expected, 0))
            looks = looks + 1 if was == expected else 1
            self._seen[tp] = expected, looks
            if looks >= self._looks:
                msg = f"{tp.topic} [{tp.partition}]: offset {expected} waits and does not come"
                raise SkippedRecordError(msg)
        return {tp: expected for tp, (expected, looks) in self._seen.items() if looks > 1}


class BrokerLog:
    """Asks the broker, in threads of their own and without joining the group."""

    def __init__(self, settings: KafkaSettings, group_id: str) -> None:
        self._settings = settings
        self._group_id = group_id

    async def committed(self, tp: TP) -> int:
        """Return the offset that is committed for the group, 0 where none is."""

        def ask() -> int:
            with closing(consumer(self._settings, group_id=self._group_id)) as asking:
                place = TopicPartition(tp.topic, tp.partition)
                (answer,) = asking.committed([place], timeout=_SECONDS)
            if answer.error is not None:
                raise TransientError(str(answer.error))
            return max(answer.offset, 0)  # a negative one says that there is none

        return await asyncio.to_thread(ask)

    async def holds_records(self, tp: TP, first: int, before: int) -> bool:
        """Return whether there is a record at or after `first` and before `before`.

        What the log no longer has, nobody has skipped.
        """

        def ask() -> bool:
            reader = PartitionReader(self._settings, client_id=f"{self._group_id}.gaps")
            with closing(reader):
                reader.assign({(tp.topic, tp.partition): first})
                found = reader.read(most=1, seconds=_SECONDS)
            # Nothing is no answer: there is a record at `before`, which was delivered.
            return not found or found[0].offset() < before

        return await asyncio.to_thread(ask)
