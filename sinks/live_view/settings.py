"""Where the read model is."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class LiveViewSettings(BaseSettings):
    """Read from LIVE_VIEW_*; constructed only in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="LIVE_VIEW_", frozen=True)

    path: Path
