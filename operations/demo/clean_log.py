"""The far side of cleaning in: which raw events have come out of it, as facts or dead letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from confluent_kafka import Message

from adapters.kafka import KafkaSettings, PartitionReader
from adapters.kafka.headers import DLQ_OFFSET, DLQ_PARTITION, DLQ_TOPIC
from domain.errors import TransientError
from operations.demo.expected import Coordinates, Output
from operations.demo.patience import PATIENCE_SECONDS, patiently
from schemas.topics import Topic, topics

_ALERTS = "alert.stockout.v1"


class CleanLog:
    """Follows what cleaning writes, from the beginning.

    Also tells when the first alert came: it is on the same road.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self._reader = PartitionReader(settings, client_id="operations.demo")
        followed = [each for each in topics() if _is_followed(each)]
        self._reader.assign(
            {(each.name, number): 0 for each in followed for number in range(each.partitions)}
        )
        self._outputs: set[Output] = set()
        self._dead: set[Coordinates] = set()
        self.first_alert_at: float | None = None
        """`time.monotonic()` of the first alert seen."""

    def wait_for(
        self, expected: Mapping[Coordinates, frozenset[Output]], *, waiting: Callable[[], None]
    ) -> None:
        """Return when all that must come of these raw records has come out of cleaning.

        Raises:
            TransientError: nothing has come out for too long.
        """
        missing = dict(expected)
        last_progress = time.monotonic()
        while True:
            still = {
                at: outputs
                for at, outputs in missing.items()
                if at not in self._dead and not outputs <= self._outputs
            }
            if not still:
                return
            if len(still) < len(missing):
                missing, last_progress = still, time.monotonic()
            if time.monotonic() - last_progress > PATIENCE_SECONDS:
                msg = f"cleaning has let nothing through for {PATIENCE_SECONDS:g} s"
                raise TransientError(msg)
            waiting()
            self._follow(waiting)

    def close(self) -> None:
        """Stop following."""
        self._reader.close()

    def _follow(self, waiting: Callable[[], None]) -> None:
        # One record at a time: asking for more would wait for more.
        for message in patiently(lambda: self._reader.read(most=1, seconds=0.05), waiting=waiting):
            self._note(message)
        for message in self._reader.read(most=5000, seconds=0.0):
            self._note(message)

    def _note(self, message: Message) -> None:
        headers, name = dict(message.headers() or ()), message.topic()
        if name == _ALERTS:
            self.first_alert_at = self.first_alert_at or time.monotonic()
        elif name.endswith(".dlq"):
            at = headers[DLQ_TOPIC].decode(), int(headers[DLQ_PARTITION]), int(headers[DLQ_OFFSET])
            self._dead.add(at)
        else:
            event_id = headers["ce_id"].decode()
            self._outputs |= {(name, event_id, None), (name, event_id, message.partition())}


def _is_followed(topic: Topic) -> bool:
    if topic.is_dead_letter:
        return topic.layer == "raw"
    return topic.layer == "clean" or topic.name == _ALERTS
