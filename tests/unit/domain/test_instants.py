"""Instants, days, and the hours that São Paulo skipped or had twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.instants import (
    HOUR,
    SAO_PAULO,
    day_number,
    day_of,
    end_of_day,
    from_datetime,
    local_day,
    start_of_day,
    to_datetime,
)


def utc(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_a_time_without_a_zone_is_sao_paulo() -> None:
    assert from_datetime(datetime(2025, 1, 31, 22, 0)) == utc("2025-02-01T01:00")  # noqa: DTZ001


def test_a_time_with_a_zone_keeps_it() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    assert from_datetime(datetime(2025, 2, 1, 5, 30, tzinfo=zone)) == utc("2025-02-01T00:00")


def test_of_an_hour_that_came_twice_the_first_is_meant() -> None:
    twice = datetime(2018, 2, 17, 23, 30, fold=1)  # noqa: DTZ001
    assert from_datetime(twice) == utc("2018-02-18T01:30")


def test_a_time_with_a_zone_keeps_the_reading_it_says() -> None:
    second = datetime(2018, 2, 17, 23, 30, tzinfo=SAO_PAULO, fold=1)
    assert from_datetime(second) == utc("2018-02-18T02:30")


def test_a_day_without_a_midnight_starts_where_the_day_before_ends() -> None:
    """On 2018-11-04 clocks went from 23:59:59 to 01:00."""
    day = date(2018, 11, 4)
    assert start_of_day(day) == utc("2018-11-04T03:00")
    assert start_of_day(day) == end_of_day(day - timedelta(days=1)) + 1
    assert local_day(start_of_day(day)) == day


@settings(max_examples=80, deadline=None)
@given(st.dates(date(1971, 1, 1), date(2199, 12, 31)))
def test_a_day_holds_its_first_and_its_last_instant(day: date) -> None:
    assert local_day(start_of_day(day)) == local_day(end_of_day(day)) == day
    assert day_of(day_number(day)) == day


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2019, 11, 3), date(2025, 12, 31)])
def test_days_have_24_hours_since_summer_time_was_given_up(day: date) -> None:
    assert end_of_day(day) + 1 - start_of_day(day) == 24 * HOUR


@settings(max_examples=80, deadline=None)
@given(st.integers(-(10**15), 10**16))
def test_an_instant_survives_the_way_through_a_datetime(instant: int) -> None:
    assert from_datetime(to_datetime(instant)) == instant


def test_the_last_microsecond_of_a_day_is_that_day() -> None:
    assert local_day(utc("2025-02-01T02:59:59.999999")) == date(2025, 1, 31)
    assert local_day(utc("2025-02-01T03:00")) == date(2025, 2, 1)
