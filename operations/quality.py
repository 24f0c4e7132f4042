"""What the newest quality checkpoint of a data directory found, for `nova status`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.text import Text

from compaction_jobs.quality.result import Result, read_result

_NAMED_AT_MOST = 3


def quality_of(lake: Path) -> dict[str, Any] | None:
    """Return the result as `nova status --json` shows it, or None before the first checkpoint."""
    result = read_result(lake)
    return None if result is None else result.as_json()


def quality_line(lake: Path) -> Text:
    """Return one line for people: whether silver is as expected, and what is not."""
    result = read_result(lake)
    if result is None:
        return Text("quality: no checkpoint yet", style="dim")
    words = f"quality: {result.expectations} expectations at {result.made_at}, "
    if result.success:
        return Text(words + "all hold", style="green")
    return Text(f"{words}{result.failed} fail: {_first(result)}", style="red")


def _first(result: Result) -> str:
    names = [
        f"{suite.suite}.{failure.expectation}"
        for suite in result.suites
        for failure in suite.failures
    ]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
