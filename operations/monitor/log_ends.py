"""The broker asked in a few requests: where topics begin and end, and when records were published.

Nothing is consumed for it but single records that wait, one a lagging partition.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from adapters.kafka import KafkaSettings, PartitionReader
from domain.errors import TransientError
from schemas.topics import Topic

_REQUEST_SECONDS = 5
_CLIENT = "operations.monitor"
# A record that waits is read with its whole batch: small batches, and few of them ahead.
_READER = {
    "auto.offset.reset": "error",
    "fetch.wait.max.ms": 20,
    "fetch.message.max.bytes": 65_536,
    "queued.min.messages": 1,
    "queued.max.messages.kbytes": 1024,
}
_READ_SECONDS = 2.0

Coordinates = tuple[str, int]  # topic, partition


@dataclass(frozen=True, slots=True)
class Ends:
    """One partition at one moment.

    Attributes:
        low: the first offset that still exists.
        high: the offset after the last record.
        newest_ms: when the newest record was published, None for an empty partition.
    """

    low: int
    high: int
    newest_ms: int | None


class LogEnds:
    """Measures topics from outside."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._admin = AdminClient(
            {"bootstrap.servers": settings.bootstrap_servers, "client.id": _CLIENT}
        )
        self._reader = PartitionReader(settings, client_id=_CLIENT, **_READER)

    @property
    def admin(self) -> AdminClient:
        """The client, for others who ask the same broker."""
        return self._admin

    def topic_ids(self, topics: Iterable[Topic]) -> dict[str, str]:
        """Return the broker's id of each topic.

        Raises:
            TransientError: the broker cannot be reached, or does not know a topic yet.
        """
        names = TopicCollection([each.name for each in topics])
        try:
            futures = self._admin.describe_topics(names, request_timeout=_REQUEST_SECONDS)
            return {name: str(future.result().topic_id) for name, future in futures.items()}
        except KafkaException as error:
            raise TransientError(str(error)) from error

    def ends(self, topics: Iterable[Topic]) -> dict[Coordinates, Ends]:
        """Return where each partition begins and ends now.

        Raises:
            TransientError: the broker cannot be reached.
        """
        wanted = [TopicPartition(each.name, p) for each in topics for p in range(each.partitions)]
        low = self._ask(wanted, OffsetSpec.earliest())
        newest = self._ask(wanted, OffsetSpec.max_timestamp())
        high = self._ask(wanted, OffsetSpec.latest())
        return {
            at: Ends(low[at][0], high[at][0], newest[at][1] if newest[at][0] >= 0 else None)
            for at in high
        }

    def published_ms(self, offsets: Mapping[Coordinates, int]) -> dict[Coordinates, int]:
        """Return when the record at each offset was published; one that is gone is left out.

        Raises:
            TransientError: the broker cannot be read.
        """
        found: dict[Coordinates, int] = {}
        self._reader.assign(offsets)
        deadline = time.monotonic() + _READ_SECONDS
        while len(found) < len(offsets) and time.monotonic() < deadline:
            for message in self._reader.read(most=500, seconds=0.05):
                found.setdefault((message.topic(), message.partition()), message.timestamp()[1])
        self._reader.assign({})
        return found

    def _ask(
        self, wanted: Iterable[TopicPartition], spec: OffsetSpec
    ) -> dict[Coordinates, tuple[int, int]]:
        try:
            asked = self._admin.list_offsets(
                dict.fromkeys(wanted, spec), request_timeout=_REQUEST_SECONDS
            )
            answers = {at: future.result() for at, future in asked.items()}
        except KafkaException as error:
            raise TransientError(str(error)) from error
        return {(at.topic, at.partition): (a.offset, a.timestamp) for at, a in answers.items()}
