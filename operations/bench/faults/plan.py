"""A seed in, what goes wrong and when out. The same seed always gives the same plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Harm(StrEnum):
    """What is done."""

    KILL = "kill -9"
    PAUSE = "SIGSTOP"
    CTRL_C = "Ctrl-C"
    POWER_CUT = "kill -9 of all at once"

    @property
    def ends_the_command(self) -> bool:
        """Whether somebody has to start it again."""
        return self in {Harm.CTRL_C, Harm.POWER_CUT}


THE_STACK = "the stack"
COMPONENTS = (
    "broker", "registry", "cleaning", "stock", "pooling", "lakehouse", "live-view", "webhooks",
    "api", "webhook-receiver", "monitor",
)  # fmt: skip
# Flink is a Java process below the Python one, and its functions run in one below that.
CHILDREN = ("cleaning/java", "cleaning/python")
PAUSED = ("stock", "lakehouse")
PAUSE_SECONDS = 30.0
_WITH_SPARK = frozenset({"compaction_jobs"})
_FIRST_SHARE, _LAST_SHARE = 0.05, 0.9
# A job of the end takes some 20 s on quiet cores; later, and it would be over.
_EARLIEST_SECONDS, _LATEST_SECONDS = 1.0, 12.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to go wrong."""

    harm: Harm
    target: str
    share: float
    """Of the feeding; it happens as soon as so much is fed and the target is ready."""

    def __str__(self) -> str:
        return f"{self.harm} of {self.target} at {self.share:.0%}"


@dataclass(frozen=True, slots=True)
class JobKill:
    """When a job at the end of the demo is killed, and whether its Python or its Java is."""

    after_seconds: float
    java: bool


def plan(
    seed: int,
    *,
    kills: Sequence[str] = (*COMPONENTS, *CHILDREN),
    pauses: Sequence[str] = PAUSED,
    starts_anew: bool = True,
) -> tuple[Fault, ...]:
    """Return the faults of one round in the order of their moments.

    Everything is killed once, what may be paused is paused at one moment, and the whole stack
    ends twice: once in order, once without warning.
    """
    chance = random.Random(seed)

    def share() -> float:
        return chance.uniform(_FIRST_SHARE, _LAST_SHARE)

    faults = [Fault(Harm.KILL, target, share()) for target in kills]
    paused_at = share()
    faults += [Fault(Harm.PAUSE, target, paused_at) for target in pauses]
    if starts_anew:
        faults += [Fault(harm, THE_STACK, share()) for harm in (Harm.CTRL_C, Harm.POWER_CUT)]
    return tuple(sorted(faults, key=lambda fault: fault.share))


def job_kill(seed: int, module: str) -> JobKill:
    """Return how the first run of a job is killed."""
    chance = random.Random(f"{seed}/{module}")
    after = chance.uniform(_EARLIEST_SECONDS, _LATEST_SECONDS)
    return JobKill(after, java=module in _WITH_SPARK and chance.random() < 0.5)
