"""Records in, acknowledged records in Kafka out; no failure is swallowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from adapters.kafka.settings import KafkaSettings
from domain.errors import PlatformError, TransientError

Delivered = Callable[[str, int, int], None]  # topic, partition, offset


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """One record on its way to a topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = field(default=())
    partition: int | None = None


class Publisher:
    """Publishes with acks=all and idempotence, waiting where the queue is full.

    `client_id` is the module path of the stage that publishes.
    """

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": settings.bootstrap_servers,
                "client.id": client_id,
                "enable.idempotence": True,
                "acks": "all",
                # Java, Flink and Faust agree on murmur2; librdkafka's default does not, and
                # tables would not be co-partitioned.
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                # The one codec that every client here reads without another library.
                "compression.type": "gzip",
                # An outage shorter than this loses nothing and fails nothing.
                "delivery.timeout.ms": 120_000,
            }
        )
        self._failures: list[str] = []

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        """Queue one record, waiting while the queue is full.

        `on_delivered` gets the coordinates under which the broker stored it, during a later
        `publish` or `flush`.

        Raises:
            PlatformError: an earlier record was not delivered, or this one never can be.
        """

        def report(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._failures.append(f"{message.topic()}: {error.str()}")
            elif on_delivered is not None:
                on_delivered(message.topic(), message.partition(), message.offset())

        arguments: dict[str, Any] = {"on_delivery": report, "headers": list(record.headers)}
        if record.partition is not None:
            arguments["partition"] = record.partition
        while True:
            try:
                self._producer.produce(record.topic, record.value, record.key, **arguments)
            except BufferError:
                self._producer.poll(0.5)  # the queue is full: let deliveries drain it
                continue
            except KafkaException as error:
                msg = f"{record.topic}: {error}"
                raise PlatformError(msg) from error
            break
        self._producer.poll(0)
        self._raise_failures()

    def flush(self, timeout_seconds: float = 120.0) -> None:
        """Wait until everything queued is acknowledged.

        Raises:
            TransientError: some records were not, by then.
            PlatformError: a record was refused for good.
        """
        left = self._producer.flush(timeout_seconds)
        self._raise_failures()
        if left:
            msg = f"{left} records not acknowledged after {timeout_seconds:g} s"
            raise TransientError(msg)

    def close(self) -> None:
        """Leave the broker; flush first, or what is queued is waited for without a report."""
        self._producer.close()

    def _raise_failures(self) -> None:
        if self._failures:
            msg = f"{len(self._failures)} records not delivered, first: {self._failures[0]}"
            raise PlatformError(msg)
