"""What a run did, as the JSON file that whoever started it reads."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """A series that was not forecast as it was meant to be, and why."""

    series: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a run did.

    Attributes:
        forecast_version: what its forecasts are called.
        silver_version: of `silver/stock_fact`.
        series: how many there were.
        fitted: how many of them were forecast by the model that was meant to.
        models: how many each model forecast.
        fallbacks: those that the named fallback forecast, and why.
        failed: those without a forecast, and why.
        rows_written: to gold; 0 when this version was there already.
        priors: how many items have one.
        priors_published: how many of them were not in the log already.
        seconds: how long it took.
    """

    forecast_version: str
    silver_version: int
    series: int = 0
    fitted: int = 0
    models: dict[str, int] = field(default_factory=dict)
    fallbacks: list[Trouble] = field(default_factory=list)
    failed: list[Trouble] = field(default_factory=list)
    rows_written: int = 0
    priors: int = 0
    priors_published: int = 0
    seconds: float = 0.0
