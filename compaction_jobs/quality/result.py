"""What a checkpoint found, and the one file of a lake that says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = "quality"
RESULT, DOCS = "result.json", "docs"


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold.

    Attributes:
        expectation: its name in the suite.
        column: what it is about; several are separated by a comma.
        unexpected: how many rows broke it; None where it could not be judged.
        of: how many rows it was judged on.
        examples: some of the values.
        error: why it could not be judged.
    """

    expectation: str
    column: str
    unexpected: int | None
    of: int | None
    examples: tuple[str, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One suite on one version of one table; `rows` is how many were looked at."""

    suite: str
    table: str
    topic: str
    version: int
    success: bool
    expectations: int
    failed: int
    rows: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One checkpoint; `made_at` is ISO 8601 in UTC."""

    made_at: str
    suites: tuple[SuiteResult, ...]

    @property
    def success(self) -> bool:
        """Whether every expectation holds."""
        return all(each.success for each in self.suites)

    @property
    def expectations(self) -> int:
        """How many there are."""
        return sum(each.expectations for each in self.suites)

    @property
    def failed(self) -> int:
        """How many do not hold."""
        return sum(each.failed for each in self.suites)

    def as_json(self) -> dict[str, Any]:
        """Return what result.json holds."""
        return {
            "made_at": self.made_at,
            "success": self.success,
            "expectations": self.expectations,
            "failed": self.failed,
            "suites": [asdict(each) for each in self.suites],
        }

    @classmethod
    def of(cls, document: dict[str, Any]) -> Result:
        """Return the result that a JSON document describes."""
        return cls(document["made_at"], tuple(map(_suite, document["suites"])))


def read_result(lake: Path) -> Result | None:
    """Return what the newest checkpoint of a lake found, or None before the first."""
    try:
        text = (lake / FOLDER / RESULT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return Result.of(json.loads(text))


def write_json(document: dict[str, Any], files: Sequence[Path]) -> None:
    """Replace files as a whole: no reader sees half of one."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)


def _suite(document: dict[str, Any]) -> SuiteResult:
    failures = tuple(
        Failure(**{**each, "examples": tuple(each["examples"])}) for each in document["failures"]
    )
    return SuiteResult(**{**document, "failures": failures})
