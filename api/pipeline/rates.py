"""Totals at some moments in, events a second out."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import pairwise

# Positions move with checkpoints and commits, in jumps of seconds: over less, a rate flickers.
_WINDOW_SECONDS = 12.0
# An average over a longer pause would be called the present.
_LONGEST_PAUSE_SECONDS = 60.0


class Rates:
    """Remembers the totals of the last moments."""

    def __init__(self) -> None:
        self._moments: deque[tuple[float, Mapping[str, int]]] = deque()

    def saw(self, at: float, totals: Mapping[str, int]) -> None:
        """Take note of totals; a moment that is known already says nothing new."""
        if self._moments and at <= self._moments[-1][0]:
            return
        if self._moments and at - self._moments[-1][0] > _LONGEST_PAUSE_SECONDS:
            self._moments.clear()
        self._moments.append((at, totals))
        while len(self._moments) > 2 and at - self._moments[1][0] >= _WINDOW_SECONDS:
            self._moments.popleft()

    def per_second(self, name: str) -> float | None:
        """Return the rate, None where it is not known: too few moments, or a total that fell."""
        known = [(at, totals[name]) for at, totals in self._moments if name in totals]
        if len(known) < 2 or any(later < earlier for (_, earlier), (_, later) in pairwise(known)):
            return None
        (began, before), (ended, after) = known[0], known[-1]
        return round((after - before) / (ended - began), 3)
