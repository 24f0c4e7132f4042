"""`nova up`, `status` and `down` on one data directory: twice detached, killed, then in front."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from operations.observability.prometheus import component_of, scraped
from operations.settings import StackSettings
from operations.supervisor import State, read_status, status_path
from operations.supervisor.processes import marked
from schemas.topics import topics
from tests.e2e.conftest import ROOT, free_port_base, nova
from tests.e2e.live_stack import (
    Life,
    Revived,
    Running,
    answered,
    ends_of,
    event_ids,
    is_ready,
    listeners,
    of,
    outlived_by,
    publish_lines,
    raw_records_behind,
    read_of,
    readyz,
    status_of,
    timed_up,
    until,
)
from tests.e2e.watched_stack import Watched, unknown_in, watch

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

KEY = "chosen-by-the-person"
DOCUMENTED = {
    "name", "pid", "state", "restarts", "seconds_to_ready", "last_exit", "port", "rss_mib",
    "detail",
}  # fmt: skip
# Promised on quiet cores: 60. A busy machine is given a quarter more.
READY_AGAIN_WITHIN_SECONDS = 75
LINES, FACTS = "raw.requisition-line.v1", "clean.stock-fact.v1"
# Under the ids that they have already: the calendar, and the tick of the same minute.
SAID_AT_EACH_START = {"raw.calendar-day.v1", "raw.clock-tick.v1"}
RAW = [each.name for each in topics() if each.layer == "raw" and not each.is_dead_letter]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackSettings]:
    """Where the stack lives; whatever a failed test leaves of it is ended."""
    chosen = StackSettings(tmp_path_factory.mktemp("up") / "data", free_port_base())
    yield chosen
    nova("down", *of(chosen.data_dir))
    assert marked(str(chosen.data_dir)) == []


@pytest.fixture(scope="module")
def first(settings: StackSettings) -> Life:
    """The first life: up with a key of the person's choice, seen, asked, and down."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NOVA_API_KEY", KEY)
        up, seconds = timed_up(settings)
    status, listening = status_of(settings), listeners(settings)
    nova("down", *of(settings.data_dir))
    return Life(up, seconds, status, listening, marked(str(settings.data_dir)))


@pytest.fixture(scope="module")
def second(settings: StackSettings, first: Life) -> Iterator[Running]:
    """The second life on the same data, still going on."""
    assert first.left == []
    up, seconds = timed_up(settings)
    assert up.returncode == 0, up.stderr
    yield Running(settings, seconds)
    nova("down", *of(settings.data_dir))


@pytest.fixture(scope="module")
def third(
    second: Running, input_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Revived]:
    """The third life: begun after a file went in and all was killed while it went through."""
    where = second.settings
    publish_lines(where, input_file)
    published = {topic: event_ids(where, topic) for topic in RAW}
    in_the_log = ends_of(where, read_of(where, KEY))
    supervisor = read_status(status_path(where.data_dir))
    assert supervisor is not None
    for pid in [supervisor.pid, *marked(str(where.data_dir))]:
        with suppress(ProcessLookupError):  # some are over by themselves
            os.kill(pid, signal.SIGKILL)
    assert until(lambda: marked(str(where.data_dir)) == [], within_seconds=10)
    arguments = ["up", *of(where.data_dir), "--port-base", str(where.port_base)]
    began, early = time.monotonic(), set[int | None]()
    log = tmp_path_factory.mktemp("third") / "up.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(ROOT / "nova"), *arguments], stdout=output, stderr=subprocess.STDOUT
        )

    def ready() -> bool:
        if is_ready(where, process.pid):
            return True
        early.add(readyz(where) if read_model_is_behind(where) else None)
        return False

    assert until(ready, within_seconds=180), log.read_text()
    seconds = time.monotonic() - began
    yield Revived(
        where, process, seconds, frozenset(early), published, read_of(where, KEY), in_the_log
    )
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def read_model_is_behind(settings: StackSettings) -> bool:
    """Whether the live view says that it is not ready."""
    status = read_status(status_path(settings.data_dir))
    return status is None or status.component("live-view").state is not State.READY


def test_every_component_is_ready_and_says_all_that_is_documented(first: Life) -> None:
    assert first.up.returncode == 0, first.up.stderr
    assert first.status["exit_code"] == 0
    components = {each["name"]: each for each in first.status["components"]}
    assert set(components) >= {"broker", "registry", "cleaning", "api", "clock", "schedule"}
    assert {each["state"] for each in components.values()} == {"ready"}
    assert [name for name, each in components.items() if not set(each) >= DOCUMENTED] == []
    assert {each["restarts"] for each in components.values()} == {0}


def test_everything_listens_on_loopback_but_what_beam_opens_for_flink(first: Life) -> None:
    components = {each["name"]: each for each in first.status["components"]}
    assert {each.port for each in first.listening} >= {each["port"] for each in components.values()}
    strangers = [each for each in first.listening if not is_loopback(each.ip)]
    # docs/adr/0005 says why, and how many.
    assert {each.leader for each in strangers} <= {components["cleaning"]["pid"]}
    assert len(strangers) <= 6


def is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def test_down_leaves_no_process(first: Life) -> None:
    assert first.left == []


def test_it_is_ready_again_on_the_same_data(second: Running) -> None:
    assert second.seconds_to_ready < READY_AGAIN_WITHIN_SECONDS
    assert status_of(second.settings)["exit_code"] == 0


def test_the_person_s_own_key_opens_the_api_and_no_process_holds_it(second: Running) -> None:
    assert answered(second.settings, "/v1/summary", KEY)
    pids = marked(str(second.settings.data_dir))
    assert pids
    assert [pid for pid in pids if "NOVA_API_KEY" in psutil.Process(pid).environ()] == []


def test_no_tick_is_passed_on_twice(second: Running) -> None:
    # Two lives within one minute publish its tick twice; it is one event, and stays one.
    published = {event for _, event in event_ids(second.settings, "raw.clock-tick.v1")}
    assert published

    def all_cleaned() -> bool:
        return published <= {
            event for _, event in event_ids(second.settings, "clean.stock-fact.v1")
        }

    assert until(all_cleaned, within_seconds=30)
    cleaned = raw_records_behind(second.settings, "clean.stock-fact.v1")
    assert {partition for partition, _ in cleaned} == set(range(6))
    assert {key: raw for key, raw in cleaned.items() if len(raw) > 1} == {}


def test_the_calendar_is_published_at_each_start_and_passed_on_once(second: Running) -> None:
    published = event_ids(second.settings, "raw.calendar-day.v1")
    assert len(published) > 150
    assert set(published.values()) == {2}

    def all_cleaned() -> bool:
        return set(event_ids(second.settings, "clean.calendar-day.v1")) == set(published)

    assert until(all_cleaned, within_seconds=30)
    cleaned = raw_records_behind(second.settings, "clean.calendar-day.v1")
    assert {key: raw for key, raw in cleaned.items() if len(raw) > 1} == {}


@pytest.fixture(scope="module")
def watched(second: Running, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The second life as a real Prometheus and the API see it."""
    return watch(second.settings, tmp_path_factory.mktemp("watched"), key=KEY)


def test_prometheus_scrapes_every_component(watched: Watched, settings: StackSettings) -> None:
    assert watched.targets == dict.fromkeys(map(component_of, scraped(settings)), "up")


def test_every_panel_of_the_dashboard_has_data_and_no_alert_fires(watched: Watched) -> None:
    assert watched.without_data == []
    assert watched.alerts == []


def test_the_pipeline_is_known_hop_by_hop(watched: Watched) -> None:
    assert unknown_in(watched.pipeline) == {}
    assert watched.pipeline["dead_letters"] == {"total": 1, "by_reason": {"undecodable": 1}}
    assert {each["name"] for each in watched.pipeline["jobs"]} >= {"compaction", "maintenance"}


def test_a_second_one_on_the_same_data_is_refused_in_one_sentence(second: Running) -> None:
    refused = nova("up", *of(second.settings.data_dir), "--port-base", str(free_port_base()))
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"nova: a stack runs in {second.settings.data_dir} already (pid ")


def test_a_taken_port_is_named_with_its_owner(second: Running, tmp_path: Path) -> None:
    refused = nova("up", *of(tmp_path), "--port-base", str(second.settings.port_base))
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    broker = next(
        e["pid"] for e in status_of(second.settings)["components"] if e["name"] == "broker"
    )
    assert f"port {second.settings.port('broker')} is taken by pid {broker} (" in line
    assert marked(str(tmp_path)) == []


def test_after_the_death_of_everything_it_is_ready_again_soon(third: Revived) -> None:
    assert third.seconds_to_ready < READY_AGAIN_WITHIN_SECONDS


def test_it_let_nobody_in_before_the_read_model_was_back(third: Revived) -> None:
    assert readyz(third.settings) == 200
    assert 200 not in third.early_readyz
    assert {at: third.read[at] >= end for at, end in third.in_the_log.items()} == dict.fromkeys(
        third.in_the_log, True
    )


def test_the_death_of_everything_publishes_nothing_twice_and_loses_nothing(
    third: Revived,
) -> None:
    for topic, before in third.published.items():
        now = event_ids(third.settings, topic)
        if topic in SAID_AT_EACH_START:
            assert set(before) <= set(now), topic
        else:
            assert now == before, topic
    lines = {event for _, event in third.published[LINES]}

    def all_cleaned() -> bool:
        taken_in = {event for _, event in event_ids(third.settings, "clean.requisition-line.v1")}
        refused = answered(third.settings, "/v1/summary", KEY)["dead_letters"]
        return len(lines & taken_in) + refused >= len(lines)

    assert until(all_cleaned, within_seconds=60)


def test_ctrl_c_stops_the_one_in_front_with_the_broker_last(third: Revived) -> None:
    pids = {each["name"]: each["pid"] for each in status_of(third.settings)["components"]}
    third.process.send_signal(signal.SIGINT)
    outlived = outlived_by(pids.pop("broker"), list(pids.values()))
    assert third.process.wait(timeout=60) == 0
    assert outlived
    assert marked(str(third.settings.data_dir)) == []
