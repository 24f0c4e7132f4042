"""The third law: the same log gives the same alerts, however it is batched, stopped or killed."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import StockFact
from domain.rejection import Rejection
from domain.stock.decision import Transition
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import Shell


def undisturbed(log: list[StockFact]) -> Shell:
    shell = Shell(log)
    shell.run(batch_size=1)
    return shell


def last_positions(shell: Shell) -> dict[tuple[str, str], str]:
    """Return which decision a compacted topic of positions would end with, by key."""
    return {(each.item.item_id, each.site.site_id): each.event_id for each in shell.outputs}


def assert_same(shell: Shell, wanted: Shell) -> None:
    assert shell.decisions() == wanted.decisions()
    assert Counter(shell.alerts()) == Counter(wanted.alerts())
    assert last_positions(shell) == last_positions(wanted)
    assert shell.states() == wanted.states()
    assert shell.world == wanted.world
    assert set(shell.dead_letters) == set(wanted.dead_letters)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_batches_of_any_size_decide_the_same(seed: int, batch_size: int) -> None:
    log = a_log(Random(seed), 30)
    shell, wanted = Shell(log), undisturbed(log)
    shell.run(batch_size)
    assert_same(shell, wanted)
    assert shell.alerts() == wanted.alerts()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_a_fold_rebuilt_from_its_bytes_at_every_batch_decides_the_same(
    seed: int, batch_size: int
) -> None:
    log = a_log(Random(seed), 30)
    shell = Shell(log[:0])
    for end in range(batch_size, len(log) + batch_size, batch_size):
        shell = Shell(
            log[:end],
            shell.keys,
            shell.world,
            shell.outputs,
            shell.dead_letters,
            shell.acknowledged,
        )
        shell.run(batch_size)
    assert_same(shell, undisturbed(log))


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(st.tuples(st.integers(1, 25), st.integers(0, 90)), min_size=1, max_size=8),
)
def test_killed_anywhere_any_number_of_times_it_decides_the_same(
    seed: int, lives: list[tuple[int, int]]
) -> None:
    """A life ends among its outputs, its keys, its world, or before the acknowledgement."""
    log = a_log(Random(seed), 30)
    shell = Shell(log)
    for batch_size, steps in lives:
        shell.run(batch_size, steps_to_live=steps)
    shell.run(batch_size=7)
    assert_same(shell, undisturbed(log))


def test_every_single_place_to_die_decides_the_same() -> None:
    log = a_log(Random(11), 30)
    wanted = undisturbed(log)
    died_at_the_end = False
    for steps in range(10_000):
        shell = Shell(log)
        shell.run(batch_size=12, steps_to_live=steps)
        died_at_the_end = shell.acknowledged == len(log)
        shell.run(batch_size=5)
        assert_same(shell, wanted)
        if died_at_the_end:
            break
    assert died_at_the_end


def test_the_logs_of_these_tests_hold_what_they_are_about() -> None:
    shells = [undisturbed(a_log(Random(seed), 30)) for seed in range(25)]
    transitions = Counter(step for shell in shells for _, step in shell.alerts())
    assert transitions[Transition.OPENED] >= 20
    assert transitions[Transition.RECOVERED] >= 10
    assert {reason for shell in shells for _, reason in shell.dead_letters} == {Rejection.TOO_LATE}
    causes = {each.caused_by[0] for shell in shells for each in shell.outputs}
    assert causes == {"c", "e", "t", "I", "S", "p"}  # counts, facts, ticks, items, sites, priors
    flags = {flag for shell in shells for each in shell.outputs for flag in each.flags}
    assert {"overdue_order", "orphan_correction", "transfer_discrepancy"} <= flags


def test_each_alert_opens_once_and_recovers_at_most_once() -> None:
    for seed in range(6):
        steps = Counter(undisturbed(a_log(Random(seed), 100)).alerts())
        assert set(steps.values()) == {1}
        opened = {alert for alert, step in steps if step is Transition.OPENED}
        assert {alert for alert, _ in steps} == opened
