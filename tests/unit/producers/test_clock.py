"""The clock says each minute once, and says so too when the broker is away."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from adapters.kafka import OutgoingRecord
from adapters.kafka.publisher import Delivered
from adapters.telemetry import Readiness
from domain.errors import PlatformError, TransientError
from domain.instants import DAY, SECOND
from producers.clock import live, tick, ticks
from producers.timeline import EventPublisher
from tests.fakes.decoding import LocalCodecs

TOPIC = "raw.clock-tick.v1"


class Broker:
    """Takes records; each flush does what comes next, then `afterwards` for ever."""

    def __init__(self, *failures: Exception, afterwards: Callable[[], None]) -> None:
        self.records: list[OutgoingRecord] = []
        self._failures = list(failures)
        self._afterwards = afterwards

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        self.records.append(record)

    def flush(self, timeout_seconds: float = 120.0) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self._afterwards()


def instants(broker: Broker) -> list[int]:
    codecs = LocalCodecs()
    return [codecs.decode(TOPIC, record.value)["occurred_at"] for record in broker.records]


def run(broker: Broker, stop: Event, readiness: Readiness, *, now: int) -> None:
    live.run(EventPublisher(broker, LocalCodecs()), now=lambda: now, stop=stop, readiness=readiness)


def test_ticks_of_a_period_have_equal_steps_and_ids_of_their_own() -> None:
    events = list(ticks(0, 3 * DAY, DAY))
    assert [event.occurred_at for event in events] == [0, DAY, 2 * DAY, 3 * DAY]
    assert len({event.event_id for event in events}) == 4
    assert {event.key for event in events} == {"clock"}


def test_an_instant_always_has_the_same_tick() -> None:
    assert tick(60 * SECOND) == tick(60 * SECOND)


def test_the_current_minute_is_said_at_once_and_means_readiness() -> None:
    stop, readiness = Event(), Readiness()
    broker = Broker(afterwards=stop.set)
    run(broker, stop, readiness, now=125 * SECOND)
    assert instants(broker) == [120 * SECOND]
    assert readiness.why_not is None


class Impatient(Event):
    """Never waits, but notes what the readiness says while it would."""

    def __init__(self, readiness: Readiness) -> None:
        super().__init__()
        self.reasons: list[str | None] = []
        self._readiness = readiness

    def wait(self, timeout: float | None = None) -> bool:
        self.reasons.append(self._readiness.why_not)
        return self.is_set()


def test_an_absent_broker_is_asked_again_and_named_meanwhile() -> None:
    readiness = Readiness()
    stop = Impatient(readiness)
    broker = Broker(TransientError("away"), TransientError("still away"), afterwards=stop.set)
    run(broker, stop, readiness, now=60 * SECOND)
    assert instants(broker) == [60 * SECOND] * 3
    assert stop.reasons[:2] == ["away", "still away"]
    assert readiness.why_not is None


def test_a_stop_ends_the_waiting_for_an_absent_broker() -> None:
    stop = Event()
    stop.set()
    broker = Broker(TransientError("away"), afterwards=stop.set)
    run(broker, stop, Readiness(), now=0)
    assert broker.records == []


def test_a_refused_tick_ends_the_process() -> None:
    stop = Event()
    broker = Broker(PlatformError("refused"), afterwards=stop.set)
    with pytest.raises(PlatformError, match="refused"):
        run(broker, stop, Readiness(), now=0)
