"""One seed of each fault: whatever was killed, paused or ended, the numbers are the same."""

from __future__ import annotations

import pytest

from operations.bench.faults.disturbed import Done
from operations.bench.faults.plan import COMPONENTS, Harm, plan
from operations.bench.faults.rounds import Round
from tests.e2e.conftest import SEED, Demo, nova

pytestmark = [pytest.mark.e2e, pytest.mark.fault, pytest.mark.timeout(900)]

# In words and seconds of a quiet machine: 60. A busy one is given half as much again.
READY_AGAIN_WITHIN_SECONDS = 90


def killed_in_the_last_start(killed: Round) -> list[Done]:
    last = len(killed.demo.ready_again_seconds) + 1
    return [each for each in killed.demo.done if each.start == last and each.harm is Harm.KILL]


def test_all_of_the_plan_was_done_and_every_job_was_killed_once(killed: Round) -> None:
    done = [(each.harm, each.target) for each in killed.demo.done]
    jobs = [target for _, target in done if target.startswith("compaction_jobs")]
    assert sorted(done) == sorted(
        [*((each.harm, each.target) for each in plan(SEED)), *((Harm.KILL, job) for job in jobs)]
    )
    assert {target.partition("/")[0] for target in jobs} == {
        "compaction_jobs",
        "compaction_jobs.retrain_forecasts",
    }


def test_no_total_no_position_and_no_alert_changes(killed: Round) -> None:
    assert str(killed.differences) == ""


def test_the_report_counts_the_restarts(killed: Round) -> None:
    restarts = killed.demo.report["restarts"]
    died = {each.target for each in killed_in_the_last_start(killed)} & set(COMPONENTS)
    assert died
    assert {name for name in died if not restarts[name]} == set()
    assert restarts["compaction"] >= 1
    assert restarts["retrain"] >= 1


def test_status_tells_what_happened_in_words(killed: Round) -> None:
    shown = nova("status", "--data-dir", str(killed.demo.data_dir))
    for each in killed_in_the_last_start(killed):
        if each.target in COMPONENTS:
            assert f"{each.target}: killed by signal 9 (SIGKILL)" in shown.stdout


def test_it_was_ready_again_soon_after_ctrl_c_and_after_the_death_of_everything(
    killed: Round,
) -> None:
    assert len(killed.demo.ready_again_seconds) == 2
    assert max(killed.demo.ready_again_seconds) < READY_AGAIN_WITHIN_SECONDS


def test_the_demo_twice_in_a_row_changes_no_number(demo: Demo, demo_again: Demo) -> None:
    assert "fed already" in demo_again.output
    volatile = {"seconds", "peak_rss_mib"}
    first = {name: value for name, value in demo.report.items() if name not in volatile}
    again = {name: value for name, value in demo_again.report.items() if name not in volatile}
    assert again == first
