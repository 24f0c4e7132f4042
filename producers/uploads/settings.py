"""Which folder is watched."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class UploadsSettings(BaseSettings):
    """Read from UPLOADS_*; constructed only in a `__main__`.

    Attributes:
        folder: has a folder of each kind of file.
        store: the account of uploads, shared with the API.
        poll_seconds: a file is taken once it has not changed between two looks.
    """

    model_config = SettingsConfigDict(env_prefix="UPLOADS_", frozen=True)

    folder: Path
    store: Path
    poll_seconds: float = 1.0
