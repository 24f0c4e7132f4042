"""The monitor over the real broker, a real lake and a real read model: what it says of lag."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from prometheus_client.parser import text_string_to_metric_families

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs
from schemas.topics import topic
from sinks.kafka_log import KafkaLog
from sinks.resume import all_partitions
from tests.integration.lake_traffic import FACTS, RAW, REFUSED, publish_some
from tests.integration.sink_process import SinkProcess, running, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

GROUP = "stream_processors.stock"
SINKS = {"lakehouse": "sinks.lakehouse", "live-view": "sinks.live_view"}
MORE = range(61, 100)  # without a poison, so each number is one record of RAW and one of FACTS

Labels = frozenset[tuple[str, str]]


class Scraped:
    """One scrape of the monitor."""

    def __init__(self, monitor: SinkProcess) -> None:
        self._values: dict[tuple[str, Labels], float] = {
            (each.name, frozenset(each.labels.items())): each.value
            for family in text_string_to_metric_families(monitor.metrics())
            for each in family.samples
        }

    def of(self, name: str, **labels: str) -> float | None:
        return self._values.get((name, frozenset(labels.items())))

    def lag(self, component: str, of_topic: str) -> tuple[float | None, float | None]:
        labels = {"component": component, "topic": of_topic}
        return self.of("nova_lag_records", **labels), self.of("nova_lag_seconds", **labels)


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return environment | {
        "LAKE_URI": str(tmp_path / "lake"),
        "LAKE_COMMIT_SECONDS": "0.1",
        "LIVE_VIEW_PATH": str(tmp_path / "live_view.sqlite"),
        "WEBHOOKS_STATE": str(tmp_path / "webhooks.sqlite"),
        "NOVA_STATUS_FILE": str(tmp_path / "status.json"),
        "NOVA_SCHEDULE_FILE": str(tmp_path / "schedule.json"),
        "NOVA_RECONCILIATION_FILE": str(tmp_path / "reconciliation.json"),
        "NOVA_QUALITY_FILE": str(tmp_path / "quality.json"),
        "MONITOR_EVERY_SECONDS": "0.2",
    }


@pytest.fixture
def monitor(environment: dict[str, str], tmp_path: Path) -> Iterator[SinkProcess]:
    with running("operations.monitor", environment, tmp_path / "monitor.log") as process:
        yield process


@pytest.fixture
def stock_group(settings: KafkaSettings) -> Iterator[AdminClient]:
    """Who may say where the stock worker is; nothing of it is left to other tests."""
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    yield admin
    admin.delete_consumer_groups([GROUP])[GROUP].result(30)


def commit(admin: AdminClient, positions: dict[int, int]) -> None:
    offsets = [TopicPartition(FACTS, at, offset) for at, offset in positions.items()]
    request = ConsumerGroupTopicPartitions(GROUP, offsets)
    admin.alter_consumer_group_offsets([request])[GROUP].result(30)


def ends_of(settings: KafkaSettings, name: str) -> dict[int, int]:
    with closing(KafkaLog(settings, client_id="tests.monitor")) as log:
        bounds = log.bounds(all_partitions(log.describe([name])))
    return {partition: bound.high for (_, partition), bound in bounds.items()}


def test_lag_is_known_in_records_and_seconds_while_its_component_is_dead(
    publisher: Publisher,
    codecs: RegistryCodecs,
    environment: dict[str, str],
    monitor: SinkProcess,
    tmp_path: Path,
) -> None:
    publish_some(publisher, codecs, range(1, 61))
    with ExitStack() as stack:
        for name, module in SINKS.items():
            stack.enter_context(running(module, environment, tmp_path / f"{name}.log"))
        for name, read in (("lakehouse", RAW), ("lakehouse", FACTS), ("live-view", FACTS)):
            until(
                lambda n=name, t=read: Scraped(monitor).lag(n, t) == (0, 0),
                seconds=90,
                what=f"{name} to catch up with {read}",
            )
    began = time.time()
    publish_some(publisher, codecs, MORE[:1])
    until(lambda: Scraped(monitor).lag("live-view", FACTS)[0] == 1, seconds=30, what="the first")
    publish_some(publisher, codecs, MORE[1:])
    ended = time.time()
    for name, read in (("lakehouse", RAW), ("lakehouse", FACTS), ("live-view", FACTS)):
        until(
            lambda n=name, t=read: Scraped(monitor).lag(n, t)[0] == len(MORE),
            seconds=30,
            what=f"the lag of {name} in {read}",
        )
        now = Scraped(monitor)
        seconds = now.lag(name, read)[1]
        measured = now.of("nova_monitor_measured_timestamp_seconds")
        assert seconds is not None
        assert measured is not None
        # Of the first of them, which was published before the others were.
        assert ended - began < seconds + (ended - measured) + 0.5
        assert seconds <= measured - began + 0.5
    assert Scraped(monitor).lag("live-view", REFUSED)[0] == 0


def test_who_has_no_store_yet_is_behind_by_everything(
    settings: KafkaSettings, publisher: Publisher, codecs: RegistryCodecs, monitor: SinkProcess
) -> None:
    publish_some(publisher, codecs, MORE)
    held = sum(ends_of(settings, FACTS).values())
    until(lambda: Scraped(monitor).lag("live-view", FACTS)[0] == held, seconds=30, what="all of it")
    now = Scraped(monitor)
    assert now.of("nova_topic_records_total", topic=FACTS) == held
    assert now.of("nova_position_records_total", component="live-view", topic=FACTS) == 0
    assert now.of("nova_freshness_seconds", component="live-view", topic=FACTS) is None


def test_a_worker_is_where_its_group_has_committed(
    settings: KafkaSettings,
    publisher: Publisher,
    codecs: RegistryCodecs,
    monitor: SinkProcess,
    stock_group: AdminClient,
) -> None:
    publish_some(publisher, codecs, MORE)
    ends = ends_of(settings, FACTS)
    assert len(ends) == topic(FACTS).partitions
    commit(stock_group, ends)
    until(lambda: Scraped(monitor).lag("stock", FACTS) == (0, 0), seconds=30, what="no lag")
    fresh = Scraped(monitor).of("nova_freshness_seconds", component="stock", topic=FACTS)
    assert fresh is not None
    assert fresh < 60
    commit(stock_group, {at: max(end - 1, 0) for at, end in ends.items()})
    behind = sum(1 for end in ends.values() if end)
    until(lambda: Scraped(monitor).lag("stock", FACTS)[0] == behind, seconds=30, what="its lag")
    seconds = Scraped(monitor).lag("stock", FACTS)[1]
    assert seconds is not None
    assert seconds > 0
