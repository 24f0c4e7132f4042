"""Topics without a past, in a broker that the whole session shares."""

from __future__ import annotations

from confluent_kafka.admin import AdminClient

from operations.topics import apply_topics
from tests.integration.conftest import RunningKafka, RunningRegistry
from tests.integration.sink_process import until


def make_anew(kafka: RunningKafka, registry: RunningRegistry, *names: str) -> None:
    """Delete topics and create them again: same names, other ids, as on another broker."""
    apply_topics(kafka.bootstrap_servers, registry.url)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    for future in admin.delete_topics(list(names)).values():
        future.result(30)
    until(
        lambda: not set(names) & set(admin.list_topics(timeout=10).topics),
        seconds=30,
        what="the topics to go",
    )
    apply_topics(kafka.bootstrap_servers, registry.url)
