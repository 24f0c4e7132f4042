"""What a forecaster promises: weeks of past demand in, a distribution for each to come out.

The promises beyond the types are checked for every implementation by one suite, in
`tests/unit/forecasting/forecaster_contract.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from domain.errors import PlatformError

TOO_SHORT, NEGATIVE, NOT_A_NUMBER, FIT_FAILED = (
    "too_short",
    "negative",
    "not_a_number",
    "fit_failed",
)


class ForecastError(PlatformError):
    """A series that a forecaster cannot be used on.

    Args:
        reason: `too_short`, `negative`, `not_a_number` or `fit_failed`.
        detail: what was found, for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class WeeklyHistory:
    """Demand of past weeks, the oldest first, weeks without any included.

    Attributes:
        first_on: the day on which the oldest week began.
        quantities: what was asked for, in the series' own unit.
        divisible: it is measured or poured; otherwise quantities are whole pieces.
    """

    first_on: date
    quantities: Sequence[float]
    divisible: bool = False

    def week_starts(self, number: int) -> date:
        """Return the day on which a week begins; the first after the history is `len`."""
        return self.first_on + timedelta(weeks=number)


@dataclass(frozen=True, slots=True)
class WeekForecast:
    """The predictive distribution of one week's demand."""

    starts_on: date
    mean: float
    p10: float
    p50: float
    p90: float


class Forecaster(Protocol):
    """Forecasts the weeks after a history.

    The same history and seed give the same numbers, bit for bit; the history is left as it was;
    nothing is below zero; quantiles rise.
    """

    @property
    def name(self) -> str:
        """Name and version, for the record."""

    @property
    def least_weeks(self) -> int:
        """The shortest history that it takes."""

    def forecast(
        self, history: WeeklyHistory, *, weeks: int, seed: int
    ) -> tuple[WeekForecast, ...]:
        """Return one distribution for each of the next weeks.

        Raises:
            ForecastError: it cannot, and why.
        """


def require_usable(history: WeeklyHistory, *, least_weeks: int) -> None:
    """Refuse what no forecaster may be asked.

    Raises:
        ForecastError: a quantity is negative or no number, or there are too few weeks.
    """
    for number, quantity in enumerate(history.quantities):
        if not math.isfinite(quantity):
            raise ForecastError(NOT_A_NUMBER, f"{quantity} in week {number}")
        if quantity < 0:
            raise ForecastError(NEGATIVE, f"{quantity:g} in week {number}")
    held = len(history.quantities)
    if held < least_weeks:
        raise ForecastError(TOO_SHORT, f"{held} weeks, {least_weeks} needed")
