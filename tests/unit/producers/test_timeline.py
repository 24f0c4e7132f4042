"""Events go out in order, encoded, with their headers, and report where they arrived."""

from __future__ import annotations

from adapters.kafka import OutgoingRecord
from adapters.kafka.publisher import Delivered
from domain.instants import DAY
from producers.clock import ticks
from producers.timeline import EventPublisher, TimedEvent, merged
from tests.fakes.decoding import LocalCodecs

TOPIC = "raw.clock-tick.v1"


class Broker:
    """Numbers records as they come and reports them at flush."""

    def __init__(self) -> None:
        self.records: list[OutgoingRecord] = []
        self._reports: list[tuple[Delivered | None, int]] = []

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        self._reports.append((on_delivered, len(self.records)))
        self.records.append(record)

    def flush(self, timeout_seconds: float = 120.0) -> None:
        for report, offset in self._reports:
            if report is not None:
                report(self.records[offset].topic, 0, offset)
        self._reports = []


def event(name: str, occurred_at: int) -> TimedEvent:
    return TimedEvent("t", name, {"event_id": name, "occurred_at": occurred_at})


def test_events_are_encoded_and_carry_their_headers_in_order() -> None:
    broker, events = Broker(), list(ticks(0, 2 * DAY, DAY))
    assert EventPublisher(broker, LocalCodecs()).publish(events) == 3
    codecs = LocalCodecs()
    assert [codecs.decode(TOPIC, r.value) for r in broker.records] == [e.record for e in events]
    headers = [dict(record.headers) for record in broker.records]
    assert [h["ce_id"].decode() for h in headers] == [e.event_id for e in events]
    assert {h["ce_type"] for h in headers} == {TOPIC.encode()}
    assert {record.key for record in broker.records} == {b"clock"}


def test_each_delivery_names_its_event_and_its_coordinates() -> None:
    delivered: list[tuple[str, str, int, int]] = []
    events = list(ticks(0, DAY, DAY))
    publisher = EventPublisher(Broker(), LocalCodecs())
    publisher.publish(events, lambda *coordinates: delivered.append(coordinates))
    assert delivered == []
    publisher.flush()
    assert delivered == [(e.event_id, TOPIC, 0, offset) for offset, e in enumerate(events)]


def test_streams_are_merged_by_time_the_first_arguments_first() -> None:
    simulated = [event("master", 10), event("count", 10), event("issue", 30)]
    lines = [event("undated", 0), event("late", 40), event("request", 30)]
    names = [each.event_id for each in merged(simulated, lines)]
    assert names == ["master", "count", "undated", "issue", "request", "late"]


def test_merging_nothing_gives_nothing() -> None:
    assert merged([], []) == []
