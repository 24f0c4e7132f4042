"""What the newest quality checkpoint found, from the file that it leaves in the lake."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from api.problems import ProblemError, ProblemKind


class FailedExpectation(BaseModel):
    """One expectation that does not hold."""

    expectation: str = Field(description="Its name.", examples=["unit_is_known"])
    column: str = Field(description="What it is about.", examples=["unit"])
    unexpected: int | None = Field(description="Rows that break it; null: it was not judged.")
    of: int | None = Field(description="Rows that it was judged on.")
    examples: list[str] = Field(description="Some of the values that break it.")
    error: str | None = Field(description="Why it could not be judged.")


class SuiteQuality(BaseModel):
    """The expectations of one kind of record."""

    suite: str = Field(examples=["items"])
    table: str = Field(examples=["silver/stock_fact"])
    topic: str = Field(examples=["clean.stock-fact.v1"])
    version: int = Field(description="Version of the table that was looked at.")
    success: bool = Field(description="Whether all hold.")
    expectations: int
    failed: int
    rows: int = Field(description="Rows looked at, each event once.")
    failures: list[FailedExpectation]


class Quality(BaseModel):
    """The newest quality checkpoint; one follows every compaction."""

    made_at: datetime
    success: bool = Field(description="Whether every expectation holds.")
    expectations: int
    failed: int
    suites: list[SuiteQuality]


def newest_quality(result_file: Path) -> Quality:
    """Return what the file says.

    Raises:
        ProblemError: there is no result yet, or it cannot be read.
    """
    try:
        return Quality.model_validate_json(result_file.read_bytes())
    except FileNotFoundError:
        detail = "no quality checkpoint has run yet: one follows every compaction"
        raise ProblemError(ProblemKind.NOT_FOUND, detail) from None
    except (OSError, ValidationError) as error:
        detail = f"the result of the newest quality checkpoint cannot be read: {error}"
        raise ProblemError(ProblemKind.UNAVAILABLE, detail) from error
