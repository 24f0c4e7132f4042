"""Ids that depend on what is said alone."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import fact_key
from domain.identity import alert_id, inbound_id, stable_id, transition_id

_TEXT = st.one_of(st.none(), st.text(alphabet="ab|/", max_size=3))


@settings(max_examples=50, deadline=None)
@given(st.lists(_TEXT, max_size=4), st.lists(_TEXT, max_size=4))
def test_ids_are_equal_only_for_equal_parts(one: list[str | None], other: list[str | None]) -> None:
    if len(one) == len(other):
        assert (stable_id(*one) == stable_id(*other)) == (one == other)


def test_where_one_part_ends_and_the_next_begins_matters() -> None:
    assert stable_id("a", "bc") != stable_id("ab", "c")
    assert stable_id("a") != stable_id("a", "")
    assert stable_id("a", None) != stable_id("a", "")


def test_an_id_is_the_same_in_every_process() -> None:
    """Python's own hash() changes from process to process; an id that did would be none."""
    code = "from domain.identity import stable_id; print(stable_id('erp', None, 'ção'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == stable_id("erp", None, "ção")
    assert stable_id("erp", "requisition-line", "1") == "83206b65b48766e01d9e24899927337b"


def test_an_alert_is_named_after_its_crossing_and_a_step_after_its_cause() -> None:
    alert = alert_id("I1", "S1", "crossing")
    assert alert == stable_id("alert", "I1", "S1", "crossing")
    assert alert != alert_id("I1", "S1", "another")
    assert transition_id(alert, "opened", "e") == stable_id("transition", alert, "opened", "e")


def test_an_announcement_is_named_after_its_out_leg() -> None:
    assert inbound_id("abc") == "abc/inbound"


def test_the_key_is_item_and_site() -> None:
    assert fact_key("I1", "S1") == "I1|S1"
