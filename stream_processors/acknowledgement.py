"""What a worker may acknowledge: what it has processed without a gap, and nothing beyond.

Faust commits by what was delivered. A record whose delivery is broken off while its flow is
suspended (a rebalance, a pause) counts as read, and `Consumer._new_offset` of 0.15.3 tells a
gap only from its second record on: with 254 committed and 255 acknowledged it commits 256, and
254 is lost without a word. So the offsets that are committed here are the worker's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, EventT

from adapters.kafka import KafkaSettings, PartitionReader
from domain.errors import PlatformError

Batch = Callable[[Sequence[EventT]], Awaitable[None]]
# Whether the log holds a record of a partition at or after the first offset, before the second.
HoldsRecords = Callable[[TP, int, int], Awaitable[bool]]
_SECONDS = 30.0


class SkippedRecordError(PlatformError):
    """The log holds a record that was not delivered: read again from what is committed."""


class ProcessedConsumer(Consumer):
    """Faust's consumer, committing what `processed` was told of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_work = False
        self._processed: dict[TP, int] = {}

    def expected(self, tp: TP) -> int:
        """Return the offset of the next record that has not been processed."""
        found = self._processed.get(tp)
        return (self._committed_offset[tp] or 0) if found is None else found

    def processed(self, tp: TP, following: int) -> None:
        """Note that everything before the offset `following` is processed."""
        self._processed[tp] = following

    def waiting(self) -> dict[TP, int]:
        """Return the next record of each partition that has more than has been processed."""
        return {
            tp: expected
            for tp in self.assignment()
            if self.app.topics.acks_enabled_for(tp.topic)
            and (self.highwater(tp) or 0) > (expected := self.expected(tp))
        }

    def _new_offset(self, tp: TP) -> int | None:
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        self._gap.pop(tp, None)
        return self._processed.get(tp)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Forget how far these came: another worker may take them further."""
        for tp in revoked:
            self._processed.pop(tp, None)
        await super().on_partitions_revoked(revoked)


class GapFree:
    """Processes batches, each partition's records in the order of the log and none left out.

    A record that comes again is passed over: it is processed already, and what it led to is
    acknowledged by the broker.
    """

    def __init__(self, consumer: ProcessedConsumer, holds_records: HoldsRecords) -> None:
        self._consumer = consumer
        self._holds_records = holds_records

    async def process(self, events: Iterable[EventT], batch: Batch) -> None:
        """Process what is new of a batch; on return it may be committed.

        Raises:
            SkippedRecordError: a record was not delivered; nothing of this batch is processed.
        """
        expected: dict[TP, int] = {}
        new = list[EventT]()
        for event in events:
            tp, offset = event.message.tp, event.message.offset
            due = expected.get(tp)
            if due is None:
                due = self._consumer.expected(tp)
            if offset > due and await self._holds_records(tp, due, offset):
                msg = (
                    f"{tp.topic} [{tp.partition}] was read on at offset {offset},"
                    f" but {due} is the next to be processed"
                )
                raise SkippedRecordError(msg)
            if offset >= due:
                new.append(event)
            expected[tp] = max(due, offset + 1)
        if new:
            self._consumer.in_work = True
            try:
                await batch(new)
            finally:
                self._consumer.in_work = False
        for tp, following in expected.items():
            self._consumer.processed(tp, following)


class Stalled:
    """Tells when a record waits and does not come: after it, none may come that shows the gap.

    Counts looks, not seconds: a process that was paused has seen nothing meanwhile.
    """

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._seen: dict[TP, tuple[int, int]] = {}

    def look(self, waiting: Mapping[TP, int]) -> None:
        """Note which records wait now.

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


def asking(settings: KafkaSettings, client_id: str) -> HoldsRecords:
    """Return a check that asks the log itself: what it no longer has, nobody has skipped."""

    def ask(tp: TP, first: int, before: int) -> bool:
        reader = PartitionReader(settings, client_id=client_id)
        with closing(reader):
            reader.assign({(tp.topic, tp.partition): first})
            found = reader.read(most=1, seconds=_SECONDS)
        # Nothing is no answer: there is a record at `before`, which was delivered.
        return not found or found[0].offset() < before

    async def asked(tp: TP, first: int, before: int) -> bool:
        return await asyncio.to_thread(ask, tp, first, before)

    return asked
