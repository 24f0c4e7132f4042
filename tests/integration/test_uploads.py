"""The intake against the real broker and registry: what the account says is where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.kafka import KafkaSettings, PartitionReader, Publisher
from adapters.kafka.events import EventPublisher
from adapters.registry import RegistryCodecs
from adapters.uploads import Intake, UploadStore
from schemas.partitioning import partition_of
from schemas.topics import topic
from schemas.uploads import TOPICS, UploadKind
from tests.fakes.uploads import GOOD, NOW, line_of, sheet

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

LINES = 40


@pytest.mark.parametrize("kind", list(GOOD))
def test_each_line_lies_where_the_account_says(
    settings: KafkaSettings, codecs: RegistryCodecs, tmp_path: Path, kind: UploadKind
):
    key = "site_id" if kind is UploadKind.SITES else "item_id"
    lines = [line_of(kind, **{key: f"UP-{n:03}"}) for n in range(LINES)]
    if "line" in GOOD[kind]:
        lines = [line_of(kind, item_id=f"UP-{n:03}", line=str(n)) for n in range(LINES)]
    store = UploadStore(tmp_path / "uploads.sqlite")

    def publisher() -> EventPublisher:
        return EventPublisher(Publisher(settings, client_id="tests.uploads"), codecs)

    intake = Intake(store, publisher, lambda: NOW)
    name = TOPICS[kind]
    reader = PartitionReader(settings, client_id="tests.uploads.tail")
    start = reader.end_offsets(dict.fromkeys([(name, p) for p in range(topic(name).partitions)], 0))
    reader.assign(start)

    upload = intake.receive(kind, sheet(tmp_path / "f.csv", kind, *lines))

    told = {(each.partition, each.offset): each for each in store.open_lines(upload.upload_id)}
    assert len(told) == upload.accepted == LINES
    found = 0
    while found < LINES:
        messages = reader.read(most=LINES, seconds=5.0)
        assert messages
        for message in messages:
            line = told[message.partition(), message.offset()]
            record = codecs.decode(name, message.value())
            assert (record["event_id"], record["upload_id"]) == (line.event_id, upload.upload_id)
            assert message.key().decode() == line.key
            assert message.partition() == partition_of(message.key(), topic(name).partitions)
            assert dict(message.headers())["ce_id"].decode() == line.event_id
            found += 1
    assert intake.receive(kind, tmp_path / "f.csv") == upload
    assert reader.read(most=1, seconds=0.5) == []
