"""When the proof holds."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from compaction_jobs.reconcile.report import holds

GOOD: dict[str, Any] = {
    "accounting": {"raw.item.v1": {"records": 3, "silver": 3, "unaccounted": 0, "gaps": 0}},
    "reconciliation": {"keys": 2, "differences": 0},
    "gold": {"rows": 2, "differences": 0, "of_this_silver": True},
    "transfers": {"transfers": 1, "differences": 0},
}


def test_a_report_without_differences_holds() -> None:
    assert holds(GOOD)


@pytest.mark.parametrize(
    "path",
    [
        ("accounting", "raw.item.v1", "unaccounted"),
        ("accounting", "raw.item.v1", "gaps"),
        ("reconciliation", "differences"),
        ("gold", "differences"),
        ("transfers", "differences"),
    ],
    ids="-".join,
)
def test_one_difference_anywhere_is_enough(path: tuple[str, ...]) -> None:
    report = copy.deepcopy(GOOD)
    part = report
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = 1
    assert not holds(report)


def test_gold_that_was_made_from_another_silver_does_not_hold() -> None:
    report = copy.deepcopy(GOOD)
    report["gold"]["of_this_silver"] = False
    assert not holds(report)
