"""Where the service listens and which files it reads."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Read from the environment; constructed only in a `__main__`."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    host: str = Field(default="127.0.0.1", validation_alias="API_HOST")
    port: int = Field(validation_alias="API_PORT")
    allowed_hosts: frozenset[str] = Field(
        default=frozenset({"127.0.0.1", "localhost"}),
        validation_alias="API_ALLOWED_HOSTS",
        description="Names a Host header may have: any other is a DNS rebinding attempt.",
    )
    keys_file: Path = Field(validation_alias="API_KEYS_FILE")
    once_file: Path | None = Field(default=None, validation_alias="API_ONCE_FILE")
    live_view_path: Path = Field(validation_alias="LIVE_VIEW_PATH")
    schedule_file: Path | None = Field(default=None, validation_alias="NOVA_SCHEDULE_FILE")
    state_dir: Path = Field(validation_alias="STATE_DIR")
    lake: Path | None = Field(default=None, validation_alias="LAKE_URI")
    status_file: Path | None = Field(default=None, validation_alias="NOVA_STATUS_FILE")
    reconciliation_file: Path | None = Field(
        default=None, validation_alias="NOVA_RECONCILIATION_FILE"
    )
    console_jar: Path | None = Field(
        default=None,
        validation_alias="API_CONSOLE_JAR",
        description="The chart library (a WebJar); without it the console says so.",
    )
    bootstrap_servers: str | None = Field(
        default=None,
        validation_alias="KAFKA_BOOTSTRAP_SERVERS",
        description="Where uploads go; without it and the registry none are taken.",
    )
    registry_url: str | None = Field(default=None, validation_alias="REGISTRY_URL")
    uploads_store: Path | None = Field(
        default=None,
        validation_alias="UPLOADS_STORE",
        description="The account of uploads, shared with the watched folder.",
    )
