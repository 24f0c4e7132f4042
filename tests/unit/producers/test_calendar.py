"""The Brazilian calendar: the days that people know, and events that are the same every time."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from adapters.kafka import OutgoingRecord
from adapters.kafka.publisher import Delivered
from domain.errors import ConfigurationError
from domain.instants import day_of, to_datetime
from producers.calendar import TOPIC, CalendarDay, calendar, days_of
from producers.calendar.publishing import publish_years
from producers.timeline import EventPublisher
from schemas.regions import STATES
from tests.fakes.decoding import LocalCodecs


class Broker:
    """Takes records and acknowledges them."""

    def __init__(self) -> None:
        self.records: list[OutgoingRecord] = []
        self.flushed = 0

    def publish(self, record: OutgoingRecord, on_delivered: Delivered | None = None) -> None:
        self.records.append(record)

    def flush(self, timeout_seconds: float = 120.0) -> None:
        self.flushed = len(self.records)


def of(region: str, year: int = 2025) -> dict[date, CalendarDay]:
    return {day.observed_on: day for day in days_of(year) if day.region == region}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 3, 3), "Carnaval"),
        (date(2025, 3, 4), "Carnaval"),
        (date(2025, 3, 5), "Quarta-feira de Cinzas"),
        (date(2025, 6, 19), "Corpus Christi"),
    ],
)
def test_carnival_and_corpus_christi_are_optional_days_of_the_country(day: date, name: str) -> None:
    assert (of("BR")[day].name, of("BR")[day].category) == (name, "optional")


def test_holidays_of_the_country_are_not_repeated_for_its_states() -> None:
    assert of("BR")[date(2025, 9, 7)].category == "public"
    assert [region for region in STATES if date(2025, 9, 7) in of(region)] == []


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("SP", date(2025, 7, 9), "Revolução Constitucionalista"),
        ("BA", date(2025, 7, 2), "Independência da Bahia"),
        ("RS", date(2025, 9, 20), "Dia do Gaúcho"),
        # Optional for the country, a holiday by Rio's own law.
        ("RJ", date(2025, 3, 4), "Carnaval"),
    ],
)
def test_states_have_holidays_of_their_own(region: str, day: date, name: str) -> None:
    assert (of(region)[day].name, of(region)[day].category) == (name, "public")


def test_every_state_is_asked_and_no_city() -> None:
    assert set(STATES) == {each for each in holidays.Brazil.subdivisions if len(each) == 2}
    assert {day.region for day in days_of(2025)} <= {"BR", *STATES}


def test_the_day_of_black_awareness_is_a_holiday_of_the_country_since_its_law() -> None:
    assert date(2023, 11, 20) not in of("BR", 2023)
    assert of("BR", 2024)[date(2024, 11, 20)].category == "public"


def test_a_day_has_the_same_event_however_often_it_is_told() -> None:
    first, again = list(calendar(2024, 2026)), list(calendar(2024, 2026))
    assert first == again
    assert len({event.event_id for event in first}) == len(first) > 150
    named = {(e.record["observed_on"], e.record["region"], e.record["name"]) for e in first}
    assert len(named) == len(first)


def test_a_day_is_known_a_year_before_it_and_never_learnt_before_it_was_published() -> None:
    for event in calendar(2026, 2026):
        record = event.record
        assert record["published_at"] == record["recorded_at"]
        assert to_datetime(record["published_at"]).date() == date(2025, 1, 1)
        assert day_of(record["observed_on"]).year == 2026
        assert to_datetime(event.occurred_at).hour == 3  # midnight in São Paulo


def test_published_days_go_under_their_region_and_are_acknowledged() -> None:
    broker, codecs = Broker(), LocalCodecs()
    published = publish_years(2025, 2025, EventPublisher(broker, codecs))
    assert published == broker.flushed == len(days_of(2025))
    for record in broker.records:
        assert record.topic == TOPIC
        assert record.key == codecs.decode(TOPIC, record.value)["region"].encode()


@pytest.mark.parametrize("years", [(2026, 2025), (1889, 1990), (2025, 2101)])
def test_years_without_a_calendar_are_refused_before_anything_is_sent(
    years: tuple[int, int],
) -> None:
    broker = Broker()
    with pytest.raises(ConfigurationError, match="the earlier first"):
        publish_years(*years, EventPublisher(broker, LocalCodecs()))
    assert broker.records == []
