"""How far behind, from positions and ends alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from operations.monitor.lag import Lag, lag_by_topic, waiting
from operations.monitor.log_ends import Ends

T, U = ("log", 0), ("log", 1)
NOW = 100_000


def test_caught_up_is_no_lag_however_old_the_newest_record_is() -> None:
    found = lag_by_topic({T: 7}, {T: Ends(0, 7, NOW - 9_000)}, {}, now_ms=NOW)
    assert found == {"log": Lag(position=7, records=0, seconds=0.0, freshness_seconds=9.0)}


def test_an_empty_topic_is_no_lag_and_has_no_freshness() -> None:
    found = lag_by_topic({}, {T: Ends(0, 0, None)}, {}, now_ms=NOW)
    assert found == {"log": Lag(position=0, records=0, seconds=0.0, freshness_seconds=None)}


def test_seconds_are_the_age_of_the_oldest_record_that_waits_in_any_partition() -> None:
    ends = {T: Ends(0, 10, NOW), U: Ends(0, 5, NOW - 1_000)}
    published = {T: NOW - 4_000, U: NOW - 30_000}
    found = lag_by_topic({T: 8, U: 1}, ends, published, now_ms=NOW)
    assert found["log"] == Lag(position=9, records=6, seconds=30.0, freshness_seconds=4.0)


def test_who_never_read_a_partition_is_behind_by_all_of_it_and_has_seen_nothing() -> None:
    found = lag_by_topic({}, {T: Ends(0, 3, NOW)}, {T: NOW - 2_000}, now_ms=NOW)
    assert found["log"] == Lag(position=0, records=3, seconds=2.0, freshness_seconds=None)


def test_what_was_deleted_before_it_was_read_does_not_wait() -> None:
    assert waiting({T: 2}, {T: Ends(5, 9, NOW)}) == {T: 5}
    assert waiting({T: 2}, {T: Ends(9, 9, None)}) == {}


def test_a_position_read_after_the_ends_can_be_beyond_them_without_a_negative_lag() -> None:
    found = lag_by_topic({T: 12}, {T: Ends(0, 10, NOW)}, {}, now_ms=NOW)
    assert (found["log"].records, found["log"].seconds) == (0, 0.0)


def test_seconds_are_not_known_when_one_waiting_record_could_not_be_read() -> None:
    ends = {T: Ends(0, 10, NOW), U: Ends(0, 5, NOW)}
    found = lag_by_topic({T: 8, U: 1}, ends, {T: NOW - 1_000}, now_ms=NOW)
    assert (found["log"].records, found["log"].seconds) == (6, None)


def test_a_clock_behind_the_broker_s_never_makes_an_age_negative() -> None:
    found = lag_by_topic({T: 0}, {T: Ends(0, 1, NOW)}, {T: NOW + 50}, now_ms=NOW)
    assert found["log"].seconds == 0.0


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 120)),
        min_size=1,
        max_size=6,
    )
)
def test_records_that_wait_are_those_that_exist_and_are_not_processed(
    partitions: list[tuple[int, int, int]],
) -> None:
    ends = {("log", n): Ends(low, low + held, NOW) for n, (low, held, _) in enumerate(partitions)}
    positions = {("log", n): position for n, (_, _, position) in enumerate(partitions)}
    unread = sum(
        len([offset for offset in range(low, low + held) if offset >= position])
        for low, held, position in partitions
    )
    assert lag_by_topic(positions, ends, {}, now_ms=NOW)["log"].records == unread
