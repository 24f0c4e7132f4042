"""How the pooling worker runs."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class PoolingSettings(BaseSettings):
    """Read from the environment; constructed only in `__main__`. Fields as in the stock worker."""

    model_config = SettingsConfigDict(frozen=True)

    state_dir: Path
    batch_size: int = 1000
    batch_seconds: float = 0.02
