"""Where the registry is."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class RegistrySettings(BaseSettings):
    """Read from REGISTRY_*; constructed only in a `__main__`."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True)

    url: str
