"""All that topics hold by now, out of Kafka: for who asks once and keeps no position."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from confluent_kafka import Message

from adapters.kafka.consumer import PartitionReader
from adapters.kafka.settings import KafkaSettings
from domain.errors import TransientError

_READ_MOST, _READ_SECONDS = 5000, 0.2


def whole_topics(
    settings: KafkaSettings,
    names: Sequence[str],
    *,
    client_id: str,
    stalled_seconds: float = 60.0,
) -> Iterator[Message]:
    """Yield the records that topics hold when the reading begins, each partition in its order.

    What arrives later is left out, and so is what the broker has deleted by then.

    Raises:
        TransientError: a topic is not there, or nothing came for so many seconds before the end.
    """
    with closing(PartitionReader(settings, client_id=client_id)) as reader:
        first = reader.first_offsets((n, p) for n in names for p in reader.partitions(n))
        ends = reader.end_offsets(first)
        missing = {at for at, offset in first.items() if offset < ends[at]}
        reader.assign({at: first[at] for at in missing})
        last_came = time.monotonic()
        while missing:
            for message in reader.read(most=_READ_MOST, seconds=_READ_SECONDS):
                last_came = time.monotonic()
                at, offset = (message.topic(), message.partition()), message.offset()
                if offset < ends[at]:
                    yield message
                if offset + 1 >= ends[at]:
                    missing.discard(at)
            if missing and time.monotonic() - last_came > stalled_seconds:
                name, partition = min(missing)
                msg = f"{name}[{partition}] cannot be read to its end"
                raise TransientError(msg)
