"""Reading topics to their end, from the real broker: all that they hold, once, and no more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher, whole_topics
from domain.errors import TransientError

pytestmark = pytest.mark.integration

PARTITIONS = 3
Found = list[tuple[int, bytes]]  # partition, value


@pytest.fixture
def admin(settings: KafkaSettings) -> AdminClient:
    return AdminClient({"bootstrap.servers": settings.bootstrap_servers})


@pytest.fixture
def make_topic(admin: AdminClient) -> Callable[[], str]:
    def make() -> str:
        name = f"tests.whole.{uuid.uuid4().hex}"
        admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(30)
        return name

    return make


@pytest.fixture
def name(make_topic: Callable[[], str]) -> str:
    return make_topic()


def publish(publisher: Publisher, name: str, *records: tuple[int, bytes]) -> None:
    for partition, value in records:
        publisher.publish(OutgoingRecord(name, b"k", value, partition=partition))
    publisher.flush()


def held(settings: KafkaSettings, *names: str) -> Found:
    messages = whole_topics(settings, names, client_id="tests.whole")
    return [(message.partition(), message.value()) for message in messages]


def test_every_record_of_every_topic_is_read_once_in_the_order_of_its_partition(
    settings: KafkaSettings, publisher: Publisher, make_topic: Callable[[], str]
) -> None:
    one, other = make_topic(), make_topic()
    sent = [(number % 2, b"%d" % number) for number in range(7000)]
    publish(publisher, one, *sent)
    publish(publisher, other, (2, b"last"))
    found = held(settings, one, other)
    for partition in range(PARTITIONS):
        expected = [each for each in [*sent, (2, b"last")] if each[0] == partition]
        assert [each for each in found if each[0] == partition] == expected


def test_topics_that_hold_nothing_are_read_at_once(settings: KafkaSettings, name: str) -> None:
    assert held(settings, name) == []


def test_what_arrives_while_it_reads_is_left_out(
    settings: KafkaSettings, publisher: Publisher, name: str
) -> None:
    publish(publisher, name, (0, b"a"), (1, b"b"))
    reading = whole_topics(settings, [name], client_id="tests.whole")
    first = next(reading)
    publish(publisher, name, (0, b"late"), (1, b"late"), (2, b"late"))
    assert sorted([first.value(), *(each.value() for each in reading)]) == [b"a", b"b"]


def test_it_begins_after_what_the_broker_has_deleted(
    settings: KafkaSettings, publisher: Publisher, admin: AdminClient, name: str
) -> None:
    publish(publisher, name, (0, b"a"), (0, b"b"), (0, b"c"), (1, b"d"))
    gone = [TopicPartition(name, 0, 2), TopicPartition(name, 1, 1)]
    for future in admin.delete_records(gone).values():
        future.result(30)
    assert held(settings, name) == [(0, b"c")]


def test_a_topic_that_is_not_there_is_a_passing_failure(settings: KafkaSettings) -> None:
    with pytest.raises(TransientError, match=r"tests\.nowhere"):
        held(settings, "tests.nowhere")


def test_an_end_that_never_comes_is_a_passing_failure(settings: KafkaSettings, name: str) -> None:
    """The marker that ends a transaction takes an offset, and no reader is given it."""
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "transactional.id": name})
    with closing(producer):
        producer.init_transactions(30)
        producer.begin_transaction()
        producer.produce(name, b"v", b"k", partition=0)
        producer.commit_transaction(30)
    with pytest.raises(TransientError, match=r"\[0\] cannot be read to its end"):
        list(whole_topics(settings, [name], client_id="tests.whole", stalled_seconds=1))
