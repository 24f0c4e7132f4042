"""Where the lake is."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class LakeSettings(BaseSettings):
    """Read from LAKE_*; constructed only in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="LAKE_", frozen=True)

    uri: str
    commit_seconds: float = 4.0  # rows wait for company at most so long
