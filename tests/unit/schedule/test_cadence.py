"""Regular times: strictly after an instant, in São Paulo's time, with and without summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import DAY, HOUR, SAO_PAULO, WEEK, from_datetime, to_datetime
from operations.schedule.cadence import At, Cadence, Every
from operations.schedule.jobs import JOBS

NIGHTLY, SUNDAYS = At(2, 30), At(3, 30, weekday=6)
CADENCES = [Every(3600), Every(1), Every(0.5), NIGHTLY, SUNDAYS]
# Summer time ended in Brazil in 2019; these years have both.
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(from_datetime)  # noqa: DTZ001
SINCE_2020 = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(from_datetime)  # noqa: DTZ001


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return from_datetime(datetime(year, month, day, hour, minute, tzinfo=SAO_PAULO))


def wall(instant: int) -> datetime:
    return to_datetime(instant).astimezone(SAO_PAULO)


@pytest.mark.parametrize(
    ("cadence", "after", "expected"),
    [
        (Every(3600), local(2026, 3, 4, 10, 59), local(2026, 3, 4, 11)),
        (Every(3600), local(2026, 3, 4, 11), local(2026, 3, 4, 12)),
        (NIGHTLY, local(2026, 3, 4, 2, 29), local(2026, 3, 4, 2, 30)),
        (NIGHTLY, local(2026, 3, 4, 2, 30), local(2026, 3, 5, 2, 30)),
        (NIGHTLY, local(2026, 12, 31, 23), local(2027, 1, 1, 2, 30)),
        # 4 March 2026 is a Wednesday, the 8th a Sunday.
        (SUNDAYS, local(2026, 3, 4), local(2026, 3, 8, 3, 30)),
        (SUNDAYS, local(2026, 3, 8, 3, 30), local(2026, 3, 15, 3, 30)),
        # Late on Saturday in São Paulo it is Sunday in UTC already.
        (SUNDAYS, local(2026, 3, 7, 23, 30), local(2026, 3, 8, 3, 30)),
    ],
)
def test_the_next_regular_time_is_the_one_on_the_clock_on_the_wall(
    cadence: Cadence, after: int, expected: int
) -> None:
    assert cadence.next_after(after) == expected


@pytest.mark.parametrize("cadence", CADENCES, ids=str)
@given(instant=INSTANTS)
def test_a_regular_time_is_after_the_instant_and_none_lies_between(
    cadence: Cadence, instant: int
) -> None:
    following = cadence.next_after(instant)
    assert instant < following
    assert cadence.next_after(following - 1) == following


@pytest.mark.parametrize("cadence", CADENCES, ids=str)
@given(instant=INSTANTS, later=st.integers(0, 10 * WEEK))
def test_later_instants_have_no_earlier_regular_times(
    cadence: Cadence, instant: int, later: int
) -> None:
    assert cadence.next_after(instant) <= cadence.next_after(instant + later)


@given(instant=SINCE_2020)
def test_without_summer_time_a_night_is_a_day_and_a_sunday_a_week_later(instant: int) -> None:
    night, sunday = NIGHTLY.next_after(instant), SUNDAYS.next_after(instant)
    assert NIGHTLY.next_after(night) - night == DAY
    assert SUNDAYS.next_after(sunday) - sunday == WEEK
    assert (wall(night).hour, wall(night).minute) == (2, 30)
    assert (wall(sunday).weekday(), wall(sunday).hour, wall(sunday).minute) == (6, 3, 30)


def test_a_night_is_an_hour_shorter_or_longer_where_the_clocks_were_changed() -> None:
    # 2018: forward on 4 November at midnight; 2019: back on 17 February at midnight.
    before, after = local(2018, 11, 3, 2, 30), local(2018, 11, 4, 2, 30)
    assert NIGHTLY.next_after(before) == after == before + DAY - HOUR
    before, after = local(2019, 2, 16, 2, 30), local(2019, 2, 17, 2, 30)
    assert NIGHTLY.next_after(before) == after == before + DAY + HOUR


def test_the_table_runs_on_the_hour_at_night_and_on_sundays() -> None:
    now = from_datetime(datetime(2026, 3, 4, 12, 10, tzinfo=UTC))
    due = {each.name: wall(each.cadence.next_after(now)) for each in JOBS}
    assert {name: f"{at:%a %H:%M}" for name, at in due.items()} == {
        "compaction": "Wed 10:00",
        "retrain-forecasts": "Thu 02:30",
        "maintenance": "Sun 03:30",
    }
    assert due["maintenance"] - due["compaction"] < timedelta(days=7)
