"""A demand rate that forgets: River's exponentially weighted mean and variance, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from river.stats import EWMean, EWVar


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
        mean, variance = EWMean(self.fading_factor), EWVar(self.fading_factor)
        for quantity in weekly_milli:
            mean.update(quantity)
            variance.update(quantity)
        return max(mean.get(), 0.0), max(variance.get(), 0.0)
