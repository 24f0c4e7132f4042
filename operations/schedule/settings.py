"""Where the schedule keeps its things, and what overrides its times."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from operations.supervisor import BackOff


class ScheduleSettings(BaseSettings):
    """Read from SCHEDULE_*; constructed only in `__main__`.

    Attributes:
        file: the history, which `nova status` shows and the next schedule goes on from.
        reports: the folder of what the runs found.
        logs: the folder of what the runs said.
        scratch: the folder of what the runs keep only while they run.
        every_seconds: intervals by job name, as JSON, instead of the usual times.
        first_retry_seconds: the pause after a first failure; it doubles with each.
        longest_retry_seconds: where it stops doubling.
        settle_seconds: how long after a start what was missed is made up for.
    """

    model_config = SettingsConfigDict(env_prefix="SCHEDULE_", frozen=True)

    file: Path
    reports: Path
    logs: Path
    scratch: Path
    every_seconds: dict[str, float] = Field(default_factory=dict)
    first_retry_seconds: float = Field(default=60.0, gt=0)
    longest_retry_seconds: float = Field(default=3600.0, gt=0)
    settle_seconds: float = Field(default=60.0, ge=0)

    @property
    def back_off(self) -> BackOff:
        """The pauses after failures."""
        return BackOff(
            first_seconds=self.first_retry_seconds, most_seconds=self.longest_retry_seconds
        )


class LakeSettings(BaseSettings):
    """Read from LAKE_*; constructed only in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="LAKE_", frozen=True)

    uri: Path
