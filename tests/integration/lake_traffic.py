"""Records for the lakehouse sink to bring in: raw bytes, facts, poison and dead letters."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.kafka import KafkaSettings, OutgoingRecord, Publisher
from adapters.kafka.headers import dead_letter_headers, event_headers
from adapters.registry import RegistryCodecs
from domain.facts import fact_key
from tests.fakes.records import a_fact

RAW, FACTS, REFUSED = (
    "raw.requisition-line.v1",
    "clean.stock-fact.v1",
    "raw.requisition-line.v1.dlq",
)
POISON_EVERY = 50


def publish_some(publisher: Publisher, codecs: RegistryCodecs, numbers: range) -> None:
    """Publish raw bytes, facts and dead letters; one in fifty cannot be decoded."""
    for number in numbers:
        key = fact_key(f"I{number % 97}", "S1").encode()
        headers = event_headers(
            event_id=f"e{number}", event_type="RequisitionLineRecorded", source="erp", occurred_at=0
        )
        publisher.publish(OutgoingRecord(RAW, key, b"line %d" % number, headers))
        poison = number % POISON_EVERY == 0
        fact = codecs.encode(FACTS, a_fact(f"e{number}", item_id=f"I{number % 97}"))
        publisher.publish(OutgoingRecord(FACTS, key, b"\x00poison" if poison else fact, headers))
        if poison:
            about = dead_letter_headers(
                reason="undated", detail="no date", topic=RAW, partition=0, offset=number,
                timestamp_ms=1, schema_id=None,
            )  # fmt: skip
            # Twice, as a crash between publishing and committing would.
            for _ in range(2):
                publisher.publish(OutgoingRecord(REFUSED, key, b"broken", [*headers, *about]))
    publisher.flush()


class Producing:
    """Publishes in a thread of its own until told to stop."""

    def __init__(self, settings: KafkaSettings, codecs: RegistryCodecs) -> None:
        self.count = 0
        self._publisher = Publisher(settings, client_id="tests.lakehouse")
        self._codecs = codecs
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.wait(0.1):
            publish_some(self._publisher, self._codecs, range(self.count, self.count + 50))
            self.count += 50

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._publisher.close()


@contextmanager
def producing(settings: KafkaSettings, codecs: RegistryCodecs) -> Iterator[Producing]:
    producing = Producing(settings, codecs)
    try:
        yield producing
    finally:
        producing.stop()
