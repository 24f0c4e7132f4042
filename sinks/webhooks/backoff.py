"""When a failed delivery is tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential, with jitter, bounded: by default 9 attempts in about five and a half hours.

    The first retries are quick, because most outages are restarts; the last are far apart,
    because an endpoint that is down for an hour is not helped by being asked.
    """

    first_seconds: float = 1.0
    factor: float = 4.0
    most_attempts: int = 9

    def seconds_after(self, attempts: int, *, jitter: Callable[[], float]) -> float | None:
        """Return the pause after so many failed attempts, or None when they were enough.

        `jitter` returns a number in [0, 1); it takes up to a quarter off, so that deliveries
        that failed together do not come back together.

        >>> [Backoff().seconds_after(n, jitter=lambda: 0.0) for n in (1, 2, 8, 9)]
        [1.0, 4.0, 16384.0, None]
        """
        if attempts >= self.most_attempts:
            return None
        return float(self.first_seconds * self.factor ** (attempts - 1) * (1 - jitter() / 4))
