"""The plan of a round: everything once, at moments that the seed alone decides."""

from __future__ import annotations

from collections import Counter

from operations.bench.faults.plan import (
    CHILDREN,
    COMPONENTS,
    PAUSED,
    THE_STACK,
    Harm,
    job_kill,
    plan,
)


def test_one_seed_gives_one_plan_and_another_seed_another() -> None:
    assert plan(7) == plan(7)
    assert plan(7) != plan(8)
    assert job_kill(7, "compaction_jobs") == job_kill(7, "compaction_jobs")
    assert job_kill(7, "compaction_jobs") != job_kill(7, "compaction_jobs.quality")


def test_everything_is_killed_once_and_the_stack_ends_twice() -> None:
    done = Counter((each.harm, each.target) for each in plan(1))
    assert done == Counter(
        [
            *((Harm.KILL, target) for target in (*COMPONENTS, *CHILDREN)),
            *((Harm.PAUSE, target) for target in PAUSED),
            (Harm.CTRL_C, THE_STACK),
            (Harm.POWER_CUT, THE_STACK),
        ]
    )


def test_the_faults_come_in_the_order_of_their_moments_while_the_demo_feeds() -> None:
    shares = [each.share for seed in range(20) for each in plan(seed)]
    assert all(0 < share < 1 for share in shares)
    assert [each.share for each in plan(3)] == sorted(each.share for each in plan(3))
