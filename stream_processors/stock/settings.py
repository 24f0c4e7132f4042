"""How the stock worker runs."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class StockSettings(BaseSettings):
    """Read from the environment; constructed only in `__main__`.

    Attributes:
        state_dir: scratch folder of the worker; nothing in it is the only copy.
        batch_size: facts folded between two writes of the table.
        batch_seconds: how long a lone fact waits for company.
    """

    model_config = SettingsConfigDict(frozen=True)

    state_dir: Path
    batch_size: int = 1000
    batch_seconds: float = 0.02
