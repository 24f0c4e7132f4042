"""Records of Kafka out, from positions that the caller keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from adapters.kafka.settings import KafkaSettings
from domain.errors import TransientError

Coordinates = tuple[str, int]  # topic, partition


def consumer(settings: KafkaSettings, *, group_id: str, **overrides: Any) -> Consumer:
    """Return a consumer that starts at the earliest offset and commits nothing by itself."""
    return Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "group.id": group_id,
            "client.id": group_id,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            # At its default of a second, a drained queue waits that long before fetching again.
            "fetch.queue.backoff.ms": 20,
            "fetch.wait.max.ms": 50,
            **overrides,
        }
    )


class PartitionReader:
    """Reads whole topics from given positions, without a consumer group.

    For a sink whose own store is the record of how far it has come: a group's committed
    offsets would only be a second, staler opinion.
    """

    def __init__(self, settings: KafkaSettings, *, client_id: str, **overrides: Any) -> None:
        self._consumer = consumer(settings, group_id=client_id, **overrides)

    def partitions(self, topic: str) -> list[int]:
        """Return the topic's partitions.

        Raises:
            TransientError: the broker does not know the topic (yet).
        """
        metadata = self._consumer.list_topics(topic, timeout=30).topics[topic]
        if metadata.error is not None:
            msg = f"{topic}: {metadata.error}"
            raise TransientError(msg)
        return sorted(metadata.partitions)

    def assign(self, positions: Mapping[Coordinates, int]) -> None:
        """Read on from these offsets, the first to be read."""
        self._consumer.assign([TopicPartition(t, p, o) for (t, p), o in positions.items()])

    def first_offsets(self, positions: Iterable[Coordinates]) -> dict[Coordinates, int]:
        """Return the offset of the first record that each partition still has."""
        return {
            (t, p): self._consumer.get_watermark_offsets(TopicPartition(t, p), timeout=30)[0]
            for t, p in positions
        }

    def end_offsets(self, positions: Iterable[Coordinates]) -> dict[Coordinates, int]:
        """Return the offset after the last record of each partition."""
        return {
            (t, p): self._consumer.get_watermark_offsets(TopicPartition(t, p), timeout=30)[1]
            for t, p in positions
        }

    def read(self, *, most: int, seconds: float) -> list[Message]:
        """Return the next records: as soon as there are so many, and what there is by then.

        Raises:
            TransientError: the broker cannot be read.
        """
        messages: list[Message] = self._consumer.consume(most, seconds)
        good: list[Message] = []
        for message in messages:
            error: KafkaError | None = message.error()
            if error is None:
                good.append(message)
            elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001  (its public name)
                msg = str(error)
                raise TransientError(msg)
        return good

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
