"""Where the endpoints are listed and where the delivery log is."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class WebhooksSettings(BaseSettings):
    """Read from WEBHOOKS_*; constructed only in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="WEBHOOKS_", frozen=True)

    endpoints_file: Path
    state: Path
