"""What the domain asks of the outside, as contracts. Never implemented here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WeeklyDemand:
    """What is known of the demand of one key.

    Attributes:
        mean_milli: expected demand a week, in thousandths of the base unit.
        variance_milli2: its variance, in squares of that unit.
        weeks: weeks of exposure it rests on, those without demand included.
        observations: demand events it rests on.
        prior_weeks: weeks of exposure that a forecast of all sites stands for in it.
    """

    mean_milli: float
    variance_milli2: float
    weeks: int
    observations: int
    prior_weeks: float = 0.0


class DemandEstimator(Protocol):
    """Turns a history of weekly demand into a rate."""

    @property
    def name(self) -> str:
        """Name and version, for the record."""

    def estimate(self, weekly_milli: Sequence[int]) -> tuple[float, float]:
        """Return mean and variance of a week's demand, given past weeks, oldest first."""
