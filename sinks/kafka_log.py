"""The log in Kafka: reads assigned partitions, and asks the broker for ids and offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from adapters.kafka import KafkaSettings, PartitionReader
from domain.errors import TransientError
from sinks.log import Bounds, Coordinates, LogRecord, TopicDescription

_REQUEST_SECONDS = 10


class KafkaLog:
    """Implements `sinks.log.SourceLog`.

    Args:
        settings: where the broker is.
        client_id: the module path of the sink.
        linger_seconds: how long a record waits for company; 0 is soonest, more is cheaper.
        overrides: settings of librdkafka.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        client_id: str,
        linger_seconds: float = 0.0,
        **overrides: Any,
    ) -> None:
        self._linger_seconds = linger_seconds
        # Silently starting over where records have expired would be a gap that nobody sees.
        self._reader = PartitionReader(
            settings, client_id=client_id, **{"auto.offset.reset": "error", **overrides}
        )
        self._admin = AdminClient(
            {"bootstrap.servers": settings.bootstrap_servers, "client.id": client_id}
        )

    def describe(self, topics: Iterable[str]) -> dict[str, TopicDescription]:
        """Return id and partition count of each topic.

        Raises:
            TransientError: the broker cannot be reached, or does not know a topic yet.
        """
        found = {}
        for name, future in self._ask_topics(list(topics)).items():
            try:
                answer = future.result()
            except KafkaException as error:
                msg = f"topic {name}: {error}"
                raise TransientError(msg) from error
            found[name] = TopicDescription(str(answer.topic_id), len(answer.partitions))
        return found

    def bounds(self, coordinates: Iterable[Coordinates]) -> dict[Coordinates, Bounds]:
        """Return where each partition begins and ends now.

        Raises:
            TransientError: the broker cannot be reached.
        """
        wanted = list(coordinates)
        low = self._offsets(wanted, OffsetSpec.earliest())
        high = self._offsets(wanted, OffsetSpec.latest())
        return {each: Bounds(low[each], high[each]) for each in wanted}

    def assign(self, positions: Mapping[Coordinates, int]) -> None:
        """Read on from these offsets, the first to be read."""
        self._reader.assign(positions)

    def read(self, *, most: int, seconds: float) -> list[LogRecord]:
        """Return the next records, at most so many, waiting at most so long for the first.

        Raises:
            TransientError: the broker cannot be read, or an offset no longer exists.
        """
        # Asked for many at once, librdkafka waits the whole time for the last of them.
        messages = self._reader.read(most=1, seconds=seconds)
        if messages:
            messages += self._reader.read(most=most - 1, seconds=self._linger_seconds)
        return [_record(message) for message in messages]

    def close(self) -> None:
        """Leave the broker."""
        self._reader.close()

    def _ask_topics(self, names: list[str]) -> dict[str, Any]:
        try:
            return self._admin.describe_topics(
                TopicCollection(names), request_timeout=_REQUEST_SECONDS
            )
        except KafkaException as error:
            raise TransientError(str(error)) from error

    def _offsets(self, wanted: list[Coordinates], spec: OffsetSpec) -> dict[Coordinates, int]:
        if not wanted:
            return {}
        request = {TopicPartition(topic, partition): spec for topic, partition in wanted}
        try:
            answers = self._admin.list_offsets(request, request_timeout=_REQUEST_SECONDS)
            return {(at.topic, at.partition): f.result().offset for at, f in answers.items()}
        except KafkaException as error:
            msg = f"offsets: {error}"
            raise TransientError(msg) from error


def _record(message: Message) -> LogRecord:
    return LogRecord(
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
        timestamp_ms=message.timestamp()[1],
        key=message.key(),
        value=message.value(),
        headers=_headers(message),
    )


def _headers(message: Message) -> list[tuple[str, bytes | None]]:
    try:
        return message.headers() or []
    except UnicodeDecodeError as error:
        # A header's name is not UTF-8: the record is kept all the same, and says so.
        return [("unreadable_headers", str(error).encode())]
