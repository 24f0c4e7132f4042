"""What a component is: how to start it, when it is ready, what it waits for. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[[], str | None]
"""Returns None when ready, otherwise why not; never raises, never blocks for long."""


class NoAnswer(str):
    """A reason of a probe: nothing came back, so nobody knows whether it still works."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One long-lived process (and whatever it starts)."""

    name: str
    argv: tuple[str, ...]
    ready: Probe
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    depends_on: tuple[str, ...] = ()
    prepare: Callable[[], None] | None = None
    """Runs before every start, for what a fresh data directory needs; must be idempotent."""
    ready_within_seconds: float = 240.0
    """Without a change in what the probe says; generous: ending what is merely slow, on a busy
    machine, makes all of it slower."""
    stop_within_seconds: float = 10.0
    hung_after_seconds: float = 120.0
    """Silent for so long it is started again; whoever is merely slow answers before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something done once at every start, between components; returns what it did."""

    name: str
    run: Callable[[], str]
    depends_on: tuple[str, ...] = ()
