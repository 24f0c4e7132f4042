"""Calendar days: passed on under their region, or refused with a reason."""

from __future__ import annotations

import pytest

from domain.instants import DAY
from tests.unit.cleaning.raw_records import CALENDAR, NOW, calendar_day, cleaned, refusal


def test_a_day_goes_to_its_own_topic_and_is_no_fact_of_stock() -> None:
    (output,) = cleaned(CALENDAR, calendar_day())
    assert (output.topic, output.key) == ("clean.calendar-day.v1", b"BR")
    assert output.dedupe_id == "clean.calendar-day.v1|e1"
    assert isinstance(output.value, dict)
    assert output.value == {
        **calendar_day(),
        "raw_topic": CALENDAR,
        "raw_partition": 3,
        "raw_offset": 42,
    }


def test_a_day_to_come_is_no_day_from_the_future() -> None:
    (output,) = cleaned(CALENDAR, calendar_day(occurred_at=NOW + 300 * DAY))
    assert output.topic == "clean.calendar-day.v1"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"region": "São Paulo"}, "invalid_driver"),
        ({"category": "bank"}, "invalid_driver"),
        ({"name": " "}, "invalid_driver"),
        ({"name": "n" * 501}, "invalid_driver"),
        ({"observed_on": 0}, "invalid_date"),
        ({"published_at": -1}, "invalid_date"),
        ({"published_at": NOW + 1}, "invalid_date"),  # learnt before it was published
        ({"published_at": NOW + 2 * DAY}, "recorded_in_future"),
        ({"event_id": ""}, "invalid_key"),
    ],
)
def test_a_day_that_cannot_be_used_is_refused(changes: dict[str, object], reason: str) -> None:
    assert refusal(CALENDAR, calendar_day(**changes)) == reason
