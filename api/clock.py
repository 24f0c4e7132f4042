"""What time it is, as an argument: staleness and sessions are testable without waiting."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns microseconds since 1970 UTC."""


def wall_clock() -> int:
    """Return this machine's time."""
    return time.time_ns() // 1000
