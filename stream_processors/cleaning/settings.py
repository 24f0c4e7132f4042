"""How the cleaning job runs on one machine."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from stream_processors.cleaning.checkpoints import CHECKPOINTS


class CleaningSettings(BaseSettings):
    """Read from the environment; constructed only in `__main__`.

    Attributes:
        state_dir: holds the checkpoints, and the ids of the topics they belong to.
        flink_jars: the Kafka connector and what it needs, separated as in a class path.
        checkpoint_interval_ms: how much is cleaned again after a crash, and comes out twice.
        dedupe_days: how long an event's id is remembered. Flink counts it in processing time,
            the only clock that a state's age has. It bounds the state: without it every id
            would be kept for ever. A repeat that arrives later passes through under the same
            event_id, and the ledger and every current view know it for what it is.
        heap_mib: heap of the Java process, in which everything of Flink runs.
        registry_patience_seconds: how long an outage of the registry is waited out before
            the task fails and starts again from its checkpoint.
    """

    model_config = SettingsConfigDict(env_prefix="CLEANING_", frozen=True, populate_by_name=True)

    state_dir: Path = Field(validation_alias="STATE_DIR")
    flink_jars: str = Field(validation_alias="FLINK_JARS")
    checkpoint_interval_ms: int = Field(default=2000, ge=10)
    dedupe_days: int = Field(default=30, ge=1)
    heap_mib: int = Field(default=448, ge=256)
    registry_patience_seconds: float = Field(default=120, gt=0)

    @property
    def checkpoints(self) -> Path:
        """The folder of all checkpoints."""
        return self.state_dir / CHECKPOINTS

    @property
    def jars(self) -> tuple[Path, ...]:
        """The files of `flink_jars`."""
        return tuple(Path(each) for each in self.flink_jars.split(os.pathsep))
