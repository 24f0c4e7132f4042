"""The schedule by a clock that only moves when told, with jobs that end when told."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from domain.instants import DAY, HOUR, SECOND
from operations.schedule.cadence import Every
from operations.schedule.record import JobState, Outcome
from operations.schedule.wishes import wish, wishes
from tests.unit.schedule.simulated import SimulatedRun, World, job

SLOW, QUICK = job("slow", Every(3600)), job("quick", Every(600))


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "run" / "schedule.json", (SLOW, QUICK))
    world.start()
    return world


@pytest.fixture
def hourly(tmp_path: Path) -> World:
    world = World(tmp_path / "run" / "schedule.json", (SLOW,))
    world.start()
    return world


def test_a_first_start_waits_for_the_regular_time(hourly: World) -> None:
    hourly.pass_by(3599)
    assert hourly.began == []
    hourly.pass_by(1)
    assert hourly.began == [("slow", 3600)]


def test_a_start_on_the_hour_waits_for_the_next(tmp_path: Path) -> None:
    world = World(tmp_path / "schedule.json", (SLOW,), now=HOUR)
    world.start()
    world.pass_by(3600)
    assert world.began == [("slow", 7200)]


def test_no_two_jobs_overlap_and_the_one_that_waits_longest_is_next(world: World) -> None:
    world.pass_by(600)
    assert world.began == [("quick", 600)]
    world.pass_by(3600)  # slow falls due at 3600, quick at 1200 and again and again
    assert len(world.runs) == 1
    world.end_run(0)
    assert world.began[1:] == [("quick", 4200)]
    world.end_run(0)
    assert world.began[2:] == [("slow", 4200)]
    world.end_run(0)
    world.pass_by(599)
    assert len(world.runs) == 3
    world.pass_by(1)
    assert world.began[3:] == [("quick", 4800)]


def test_what_falls_due_during_a_run_is_run_once_after_it(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.pass_by(3 * 3600)
    hourly.end_run(0)
    hourly.end_run(0)
    hourly.pass_by(3599)
    assert hourly.began == [("slow", 3600), ("slow", 4 * 3600)]


def test_a_run_missed_while_the_machine_was_off_is_made_up_for_once(world: World) -> None:
    world.pass_by(600)
    world.end_run(0)
    world.now += 3 * DAY
    world.start()
    world.look()
    world.end_run(0)
    world.end_run(0)
    assert [name for name, _ in world.began[1:]] == ["slow", "quick"]
    world.pass_by(599)
    assert len(world.runs) == 3


def test_what_was_missed_waits_until_the_stack_has_settled(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.end_run(0)
    hourly.now += 2 * DAY + 600 * SECOND
    hourly.settle_seconds = 60
    hourly.start()
    hourly.pass_by(59)
    assert len(hourly.runs) == 1
    hourly.pass_by(1)
    assert len(hourly.runs) == 2


def test_a_run_that_fails_is_tried_again_at_growing_and_bounded_pauses(tmp_path: Path) -> None:
    world = World(tmp_path / "schedule.json", (job("daily", Every(24 * 3600)),))
    world.start()
    world.pass_by(24 * 3600)
    for pause in (60, 120, 240, 480, 600, 600):
        world.end_run(3)
        assert world.book.records["daily"].state is JobState.BACKING_OFF
        world.pass_by(pause - 1)
        assert world.runs[-1].code == 3
        world.pass_by(1)
        assert world.runs[-1].code is None
    assert world.book.records["daily"].failures_in_a_row == 6


def test_a_retry_never_waits_beyond_the_next_regular_time(tmp_path: Path) -> None:
    world = World(tmp_path / "schedule.json", (job("often", Every(90)),))
    world.start()
    world.pass_by(90)
    world.end_run(3)
    world.pass_by(60)
    world.end_run(3)  # by itself it would wait 120 s
    world.pass_by(30)
    assert world.began == [("often", 90), ("often", 150), ("often", 180)]


def test_a_refused_configuration_waits_for_the_next_regular_time(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.end_run(2)
    record = hourly.book.records["slow"]
    assert (record.state, record.failures_in_a_row) == (JobState.WAITING, 1)
    hourly.pass_by(3599)
    assert len(hourly.runs) == 1
    hourly.pass_by(1)
    assert hourly.began == [("slow", 3600), ("slow", 7200)]


def test_a_run_killed_by_a_signal_is_a_failure_and_tried_again(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.end_run(-9)
    hourly.pass_by(60)
    assert hourly.began == [("slow", 3600), ("slow", 3660)]
    (alert,) = hourly.published
    assert (alert["transition"], alert["exit_code"]) == ("failed", -9)


def test_a_difference_is_told_and_not_retried_before_its_time(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.end_run(1)
    hourly.pass_by(3599)
    record = hourly.book.records["slow"]
    assert (record.state, record.failures_in_a_row) == (JobState.WAITING, 1)
    assert record.history[0].outcome is Outcome.DIFFERS
    assert [each["outcome"] for each in hourly.published] == ["differs"]


def test_exit_code_1_without_a_report_is_a_failure(hourly: World) -> None:
    hourly.pass_by(3600)
    hourly.end_run(1, reported=False)
    assert hourly.book.records["slow"].history[0].outcome is Outcome.FAILED


def test_a_schedule_that_was_killed_goes_on_where_its_file_says(world: World) -> None:
    world.pass_by(600)
    world.end_run(3)
    world.pass_by(60)
    assert len(world.runs) == 2
    killed = world.runs[-1]
    world.now += 5 * SECOND
    killed.stopped = True  # what `end_leftovers` does to its processes
    world.start()
    record = world.book.records["quick"]
    assert (record.history[0].outcome, record.history[0].exit_code) == (Outcome.STOPPED, None)
    assert record.failures_in_a_row == 1
    world.look()
    assert world.began[2:] == [("quick", 665)]
    world.end_run(0)
    assert [each["transition"] for each in world.published] == ["failed", "recovered"]


def test_a_stop_ends_the_run_and_the_next_start_begins_it_anew(hourly: World) -> None:
    hourly.pass_by(3600)
    assert hourly.schedule is not None
    hourly.schedule.stop()
    assert hourly.runs[0].stopped
    assert hourly.book.records["slow"].history[0].outcome is Outcome.STOPPED
    hourly.now += 10 * SECOND
    hourly.start()
    hourly.look()
    assert hourly.began == [("slow", 3600), ("slow", 3610)]
    assert hourly.published == []


def test_a_clock_set_back_neither_repeats_a_run_nor_waits_for_the_old_time(hourly: World) -> None:
    hourly.now = 100 * HOUR - SECOND
    hourly.start()
    hourly.pass_by(1)
    hourly.end_run(0)
    hourly.now = 10 * HOUR + SECOND
    hourly.look()
    assert hourly.began == [("slow", 100 * 3600)]
    hourly.pass_by(3599)
    assert hourly.began[1:] == [("slow", 11 * 3600)]


def test_a_clock_that_jumps_ahead_runs_each_job_once(world: World) -> None:
    world.now += 400 * DAY
    world.look()
    world.end_run(0)
    world.end_run(0)
    assert sorted(name for name, _ in world.began) == ["quick", "slow"]


def test_a_job_that_is_asked_for_runs_at_once(hourly: World) -> None:
    wish(hourly.file, "slow")
    hourly.pass_by(1)
    assert hourly.began == [("slow", 1)]
    assert wishes(hourly.file) == set()
    hourly.end_run(0)
    hourly.pass_by(3598)
    assert len(hourly.runs) == 1


def test_a_job_that_is_asked_for_while_it_runs_runs_once_more(hourly: World) -> None:
    hourly.pass_by(3600)
    wish(hourly.file, "slow")
    hourly.pass_by(10)
    assert len(hourly.runs) == 1
    hourly.end_run(0)
    hourly.pass_by(1)
    assert hourly.began == [("slow", 3600), ("slow", 3610)]


def test_a_wish_for_a_job_that_does_not_exist_is_named_and_forgotten(hourly: World) -> None:
    wish(hourly.file, "dance")
    with structlog.testing.capture_logs() as logs:
        hourly.look()
    assert [(each["event"], each["job"]) for each in logs] == [("unknown_job_asked_for", "dance")]
    assert wishes(hourly.file) == set()


def test_an_alert_waits_for_the_broker_and_outlives_a_kill(hourly: World) -> None:
    hourly.broker_is_up = False
    hourly.pass_by(3600)
    hourly.end_run(3)
    (waiting,) = hourly.book.unannounced
    hourly.start()
    hourly.broker_is_up = True
    hourly.pass_by(10)
    assert hourly.published[0] == waiting
    assert hourly.book.unannounced == []


def test_only_the_first_failure_the_fifth_and_the_recovery_are_told(tmp_path: Path) -> None:
    world = World(tmp_path / "schedule.json", (job("often", Every(60)),))
    world.start()
    for code in (0, 3, 3, 3, 3, 3, 3, 3, 0, 0, 3):
        world.pass_by(60)
        world.end_run(code)
    told = [(each["transition"], each["failures_in_a_row"]) for each in world.published]
    assert told == [("failed", 1), ("failed", 5), ("recovered", 0), ("failed", 1)]
    assert len({each["event_id"] for each in world.published}) == 4


def test_a_run_reports_how_it_ended_in_one_line(hourly: World) -> None:
    hourly.pass_by(3600)
    with structlog.testing.capture_logs() as logs:
        hourly.end_run(3)
    assert logs == [
        {
            "event": "job_ended",
            "log_level": "error",
            "job": "slow",
            "outcome": "failed",
            "exit_code": 3,
            "seconds": 0.0,
            "failures_in_a_row": 1,
        }
    ]
    assert isinstance(hourly.runs[0], SimulatedRun)
