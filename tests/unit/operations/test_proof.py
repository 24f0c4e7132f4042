"""The words of `nova verify`: figures, and the names of what does not agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from operations.command import run
from operations.proof import in_words

COUNTS = {"records": 7, "unaccounted": 0, "gaps": 0}
DETAIL = {
    "item_id": "010825", "site_id": "BAJSS002-3", "field": "on_hand_milli", "stream": 4000,
    "ledger": 3000, "first_differing_event_id": "abc",
}  # fmt: skip
LOST = {"topic": "raw.item.v1", "partition": 0, "offset": 5, "event_id": "lost"}


def proof(**changed: Any) -> dict[str, Any]:
    return {
        "accounting": {"raw.item.v1": COUNTS, "raw.site.v1": COUNTS},
        "unaccounted": [],
        "reconciliation": {"keys": 1_200, "differences": 0, "keys_behind": 0, "details": []},
        "gold": {
            "made": True, "of_this_silver": True, "silver_version": 3, "rows": 9,
            "differences": 0, "details": [],
        },
        "transfers": {"transfers": 2, "differences": 0, "details": []},
        **changed,
    }  # fmt: skip


def test_a_proof_that_holds_is_told_in_figures() -> None:
    assert list(in_words(proof(), holds=True)) == [
        "proof holds:",
        "  1,200 positions, 0 differ from the independent ledger",
        "  14 raw records, 0 unaccounted for",
        "  2 transfers, 0 do not come out",
        "  9 rows of gold at silver's version 3, 0 differ",
    ]


def test_what_differs_is_named_with_both_numbers_and_where_they_part() -> None:
    positions = {"keys": 3, "differences": 1, "keys_behind": 1, "details": [DETAIL]}
    said = list(in_words(proof(reconciliation=positions, unaccounted=[LOST]), holds=False))
    assert said[0] == "proof DOES NOT HOLD:"
    assert "1 have facts still to be decided on" in said[1]
    numbers = "on_hand_milli is 4000 in the stream, 3000 in the ledger"
    assert said[-2:] == [
        f"  - 010825 at BAJSS002-3: {numbers}, first at the fact abc",
        "  - topic raw.item.v1, partition 0, offset 5, event_id lost",
    ]


def test_of_many_differences_the_first_are_named_and_the_rest_counted() -> None:
    positions = {"keys": 30, "differences": 25, "keys_behind": 0, "details": [DETAIL] * 25}
    said = list(in_words(proof(reconciliation=positions), holds=False))
    assert sum(line.startswith("  - ") for line in said) == 10
    assert said[-1] == "  and 15 more in the report"


def test_where_nothing_has_arrived_there_is_nothing_to_prove(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "--data-dir", str(tmp_path)]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"nova: no fact has arrived in {tmp_path} yet")
