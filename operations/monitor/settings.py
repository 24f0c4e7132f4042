"""Where the monitor looks, and how often."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MonitorSettings(BaseSettings):
    """Read from the environment; constructed only in `__main__`.

    Attributes:
        every_seconds: the pause between two rounds of measurements.
        lake_uri: the root of the lake, whose tables hold the lakehouse sink's positions.
        live_view_path: the read model, which holds the live view's positions.
        webhooks_state: the delivery log, which holds the webhooks sink's positions.
        status_file: what the supervisor says of the components.
        schedule_file: what the supervisor says of the jobs.
        report_file: the newest proof.
        quality_file: the newest quality check.
    """

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    every_seconds: float = Field(default=2.0, gt=0, validation_alias="MONITOR_EVERY_SECONDS")
    lake_uri: str = Field(validation_alias="LAKE_URI")
    live_view_path: Path = Field(validation_alias="LIVE_VIEW_PATH")
    webhooks_state: Path = Field(validation_alias="WEBHOOKS_STATE")
    status_file: Path = Field(validation_alias="NOVA_STATUS_FILE")
    schedule_file: Path = Field(validation_alias="NOVA_SCHEDULE_FILE")
    report_file: Path = Field(validation_alias="NOVA_RECONCILIATION_FILE")
    quality_file: Path = Field(validation_alias="NOVA_QUALITY_FILE")
