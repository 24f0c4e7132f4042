"""What is forecast, and how far."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ForecastSettings(BaseSettings):
    """Read from FORECASTS_*; constructed only in `__main__`.

    Attributes:
        by_region: forecast every family in every state too, not in the nation only.
        weeks: how many weeks to come.
        history_days: how far back demand is looked at; what is older was another business.
        prior_weeks: what a prior is worth where sites do not tell: see `priors`.
    """

    model_config = SettingsConfigDict(env_prefix="FORECASTS_", frozen=True)

    by_region: bool = True
    weeks: int = Field(default=13, ge=1, le=52)
    history_days: float = Field(default=1096.0, ge=56)
    prior_weeks: float = Field(default=8.0, gt=0)
