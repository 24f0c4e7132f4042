"""What /v1/pipeline answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class Hop(BaseModel):
    """One step on the way of the data; what is not known is null, and `why_not` says why."""

    name: str = Field(examples=["stock"])
    component: str = Field(description="As in /v1/status.", examples=["stock"])
    state: str | None = Field(description="As the supervisor names it.", examples=["ready"])
    restarts: int | None = Field(description="Times it was started again after it died.")
    reads: list[str] = Field(description="Topics that it reads, dead letters too.")
    writes: list[str] = Field(description="Topics that it writes, apart from dead letters.")
    events_total: int | None = Field(
        description="Records that it has processed since its topics began, over all of them. "
        "Of `sources`: records written to the raw topics."
    )
    events_per_second: float | None = Field(
        description="Over the last seconds; null at the first question after a while."
    )
    lag_records: int | None = Field(description="Records that wait for it.")
    lag_seconds: float | None = Field(description="Age of the oldest record that waits, or 0.")
    freshness_seconds: float | None = Field(
        description="How long ago the newest record that it has processed was published."
    )
    rejected_total: int | None = Field(
        description="Dead letters of what it reads first; of live-view and webhooks, records "
        "passed over since they started."
    )
    why_not: str | None = Field(description="Why it does not work or is not known; else null.")


class DeadLetters(BaseModel):
    """What was refused, each raw record once."""

    total: int | None = Field(description="null while the read model cannot be read.")
    by_reason: dict[str, int] = Field(examples=[{"undated": 3}])


class Job(BaseModel):
    """One job of the schedule."""

    name: str = Field(examples=["compaction"])
    state: str = Field(description="waiting, running or backing_off.")
    last_started_at: datetime | None
    last_ended_at: datetime | None
    last_seconds: float | None
    last_outcome: str | None = Field(description="ok, differs, failed or stopped.")
    next_due_at: datetime | None
    failures_in_a_row: int


class Pipeline(BaseModel):
    """The whole line at one moment."""

    at: datetime
    hops: list[Hop] = Field(description="In the order in which the data passes.")
    dead_letters: DeadLetters
    jobs: list[Job] = Field(description="Empty where no schedule runs.")
