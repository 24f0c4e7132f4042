"""The publisher in memory keeps the contract that the one of Kafka keeps."""

from __future__ import annotations

import pytest

from tests.fakes.publisher import InMemoryPublisher, PublisherContract


class TestInMemoryPublisher(PublisherContract):
    topic = "raw.a.v1.dlq"

    @pytest.fixture(autouse=True)
    def fresh(self):
        self._publisher = InMemoryPublisher()

    def publisher(self):
        return self._publisher

    def delivered(self, expected):
        found = self._publisher.delivered[-expected:]
        return [(each.key, each.value, [name for name, _ in each.headers]) for each in found]
