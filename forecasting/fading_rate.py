"""A demand rate that forgets: River's exponentially weighted mean and variance, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from river.stats import EWMean

# What subtracting two nearly equal numbers leaves behind; taken for a spread, it orders a piece.
_DUST = 1e-9


@dataclass(frozen=True, slots=True)
class FadingRate:
    """Estimates a week's demand from past weeks, the newer ones counting more.

    `fading_factor` is the weight of the newest week: 0.06 forgets half in eleven weeks. More
    would let one busy week double a reorder point, less would miss a season.
    """

    fading_factor: float = 0.06

    @property
    def name(self) -> str:
        """Name and version, for the record."""
        return f"river-ew-{self.fading_factor:g}"

    def estimate(self, weekly_milli: Sequence[int]) -> tuple[float, float]:
        """Return mean and variance of a week's demand, given past weeks, oldest first.

        Units in, units out (and their square); both are 0 without any week.
        """
        if not weekly_milli:
            return 0.0, 0.0
        first, second = EWMean(self.fading_factor), EWMean(self.fading_factor)
        # River takes its first value for all that ever was: one request in the oldest of eight
        # weeks would read as two thirds of it every week. So it starts from nothing, and what
        # the weeks do not weigh yet is divided out.
        for quantity in (0, *weekly_milli):
            first.update(quantity)
            second.update(quantity * quantity)
        weight = 1.0 - (1.0 - self.fading_factor) ** len(weekly_milli)
        mean, mean_square = first.get() / weight, second.get() / weight
        variance = mean_square - mean * mean
        return mean, variance if variance > _DUST * mean_square else 0.0
