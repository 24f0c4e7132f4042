"""The log in memory keeps the contract that the one in Kafka keeps."""

from __future__ import annotations

import pytest

from tests.fakes.log import InMemoryLog, SourceLogContract


class TestInMemoryLog(SourceLogContract):
    topic = "raw.a.v1"

    @pytest.fixture(autouse=True)
    def fresh(self):
        self._log = InMemoryLog({self.topic: 2})

    def log(self):
        return self._log

    def put(self, partition, value):
        self._log.append(self.topic, value, partition=partition)
