"""The far side of cleaning in: which raw events have come out of it, as facts or dead letters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from adapters.kafka import KafkaSettings, PartitionReader
from adapters.kafka.headers import DLQ_OFFSET, DLQ_PARTITION, DLQ_TOPIC
from domain.errors import TransientError
from domain.identity import inbound_id
from schemas.topics import Topic, topics

Coordinates = tuple[str, int, int]  # topic, partition, offset
_ALERTS = "alert.stockout.v1"
# Longer than any component takes to be restarted and to read its state back.
_PATIENCE_SECONDS = 240.0


class CleanLog:
    """Follows what cleaning writes, from where it stood when the demo began.

    Also tells when the first alert came: it is on the same road.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self._reader = PartitionReader(settings, client_id="operations.demo")
        followed = [each for each in topics() if _is_followed(each)]
        positions = {
            (each.name, partition): 0
            for each in followed
            for partition in self._reader.partitions(each.name)
        }
        self._reader.assign(positions)
        self._event_ids: set[str] = set()
        self._dead: set[Coordinates] = set()
        self.first_alert_at: float | None = None
        """`time.monotonic()` of the first alert seen."""

    def wait_for(
        self, sent: Iterable[tuple[str, Coordinates]], *, waiting: Callable[[], None]
    ) -> None:
        """Return when every (event_id, raw coordinates) has come out of cleaning.

        Raises:
            TransientError: nothing has come out for too long.
        """
        missing = set(sent)
        last_progress = time.monotonic()
        while True:
            still = {each for each in missing if not self._is_out(*each)}
            if not still:
                return
            if len(still) < len(missing):
                last_progress = time.monotonic()
            missing = still
            if time.monotonic() - last_progress > _PATIENCE_SECONDS:
                msg = f"cleaning has let nothing through for {_PATIENCE_SECONDS:g} s"
                raise TransientError(msg)
            waiting()
            self._follow()

    def close(self) -> None:
        """Stop following."""
        self._reader.close()

    def _is_out(self, event_id: str, at: Coordinates) -> bool:
        return event_id in self._event_ids or at in self._dead

    def _follow(self) -> None:
        for message in self._reader.read(most=5000, seconds=0.05):
            headers = dict(message.headers() or ())
            if message.topic() == _ALERTS:
                self.first_alert_at = self.first_alert_at or time.monotonic()
            elif message.topic().endswith(".dlq"):
                self._dead.add(
                    (
                        headers[DLQ_TOPIC].decode(),
                        int(headers[DLQ_PARTITION]),
                        int(headers[DLQ_OFFSET]),
                    )
                )
            else:
                self._event_ids.add(headers["ce_id"].decode().removesuffix(inbound_id("")))


def _is_followed(topic: Topic) -> bool:
    if topic.is_dead_letter:
        return topic.layer == "raw"
    return topic.layer == "clean" or topic.name == _ALERTS
