"""Whatever happens to a schedule, in any order: its promises hold at every moment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.instants import DAY, HOUR, SECOND
from operations.schedule.cadence import At, Every
from operations.schedule.record import JobState
from operations.schedule.wishes import wish
from tests.unit.schedule.simulated import World, job

JOBS = (job("often", Every(12 * 3600)), job("nightly", At(2, 30)), job("weekly", At(3, 30, 6)))
Event = Callable[[World], None]


def passing(seconds: int) -> Event:
    return lambda world: world.pass_by(seconds)


def jumping(seconds: int) -> Event:
    def jump(world: World) -> None:
        world.now = max(world.now + seconds * SECOND, 0)
        world.look()

    return jump


def ending(code: int) -> Event:
    def end(world: World) -> None:
        if under_way(world):
            world.end_run(code)

    return end


def restarting(world: World) -> None:
    """Kill the schedule, with the run under way, and start another."""
    if under_way(world):
        world.runs[-1].stopped = True
    world.start()


def stopping(world: World) -> None:
    assert world.schedule is not None
    world.schedule.stop()
    world.start()


def asking(name: str) -> Event:
    def ask(world: World) -> None:
        wish(world.file, name)
        world.look()

    return ask


def switching(world: World) -> None:
    """Let the broker go away, or come back."""
    world.broker_is_up = not world.broker_is_up


def under_way(world: World) -> bool:
    return bool(world.runs) and world.runs[-1].code is None and not world.runs[-1].stopped


EVENTS = st.one_of(
    st.integers(1, 2 * 3600).map(passing),
    st.integers(-3 * 86400, 9 * 86400).map(jumping),
    st.sampled_from([0, 0, 1, 2, 3, -9]).map(ending),
    st.sampled_from([each.name for each in JOBS]).map(asking),
    st.sampled_from([restarting, stopping, switching]),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(EVENTS, max_size=25))
def test_no_life_breaks_a_promise(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "schedule.json", JOBS, now=500_000 * HOUR)
        world.start()
        for event in events:
            event(world)  # the world itself refuses two runs at once
            assert_sound(world)
        assert_lives_on(world)


def assert_sound(world: World) -> None:
    records = world.book.records
    running = [each for each in records.values() if each.state is JobState.RUNNING]
    assert len(running) == under_way(world)
    for each in JOBS:
        record = records[each.name]
        assert record.next_due_at <= each.cadence.next_after(world.now)
        assert (record.started_at is not None) == (record.state is JobState.RUNNING)


def assert_lives_on(world: World) -> None:
    """Every job runs again within its week, and every alert is told, once, in a sane order."""
    world.broker_is_up = True
    ran = len(world.runs)
    until = world.now + 8 * DAY
    while world.now < until:
        if under_way(world):
            world.end_run(0)
        else:
            world.pass_by(6 * 3600)
    assert {each.job.name for each in world.runs[ran:]} | {
        each.job.name for each in world.runs[ran - 1 : ran]
    } == {each.name for each in JOBS}
    assert world.book.unannounced == []
    ids = [each["event_id"] for each in world.published]
    assert len(ids) == len(set(ids))
    for each in JOBS:
        told = [alert["transition"] for alert in world.published if alert["job"] == each.name]
        assert told[:1] in ([], ["failed"])
        assert told[-1:] in ([], ["recovered"])
        assert "recovered,recovered" not in ",".join(told)
