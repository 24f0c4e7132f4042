"""Records in, a Kafka log out, and back: settings, publisher and consumer for confluent-kafka."""

from adapters.kafka.consumer import PartitionReader, consumer
from adapters.kafka.publisher import OutgoingRecord, Publisher
from adapters.kafka.settings import KafkaSettings
from adapters.kafka.whole_topics import whole_topics

__all__ = [
    "KafkaSettings",
    "OutgoingRecord",
    "PartitionReader",
    "Publisher",
    "consumer",
    "whole_topics",
]
