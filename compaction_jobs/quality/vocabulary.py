"""Expectations by name: what a suite is written in, on top of Great Expectations' own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from great_expectations import expectations as gx
from great_expectations.expectations.row_conditions import Column, Condition

NAME = "name"  # in an expectation's meta


def named(name: str, expectation: gx.Expectation, why: str = "") -> gx.Expectation:
    """Return the expectation under a name that results and tests know it by."""
    expectation.meta = {NAME: name}
    expectation.notes = why or None
    return expectation


def present(*columns: str, when: Condition | None = None) -> Iterable[gx.Expectation]:
    """Expect values in every row, or in those that a condition chooses."""
    for column in columns:
        expected = gx.ExpectColumnValuesToNotBeNull(column=column, row_condition=when)
        yield named(f"{column}_is_present", expected)


def unique(column: str, why: str) -> gx.Expectation:
    """Expect no value twice."""
    return named(f"{column}_is_unique", gx.ExpectColumnValuesToBeUnique(column=column), why)


def among(column: str, allowed: Collection[str], why: str = "") -> gx.Expectation:
    """Expect values of a closed set only; an absent value is none."""
    expected = gx.ExpectColumnValuesToBeInSet(column=column, value_set=sorted(allowed))
    return named(f"{column}_is_known", expected, why)


def within(
    column: str,
    least: float | datetime,
    most: float | datetime | None,
    *,
    when: Condition | None = None,
    name: str | None = None,
    why: str = "",
) -> gx.Expectation:
    """Expect values between two bounds, both included."""
    expected = gx.ExpectColumnValuesToBeBetween(
        column=column, min_value=least, max_value=most, row_condition=when
    )
    return named(name or f"{column}_is_in_range", expected, why)


def matches(column: str, pattern: str, why: str) -> gx.Expectation:
    """Expect values that match a regular expression from their beginning on."""
    expected = gx.ExpectColumnValuesToMatchRegex(column=column, regex=pattern)
    return named(f"{column}_is_well_formed", expected, why)


def different(one: str, other: str, why: str) -> gx.Expectation:
    """Expect that two columns never say the same."""
    expected = gx.ExpectSelectColumnValuesToBeUniqueWithinRecord(
        column_list=[one, other], ignore_row_if="any_value_is_missing"
    )
    return named(f"{one}_is_not_{other}", expected, why)


def not_before(later: str, earlier: str, name: str, why: str) -> gx.Expectation:
    """Expect that one instant is never before another."""
    expected = gx.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later, column_B=earlier, or_equal=True, ignore_row_if="either_value_is_missing"
    )
    return named(name, expected, why)


def rows_where(column: str) -> Any:
    """Return a column, to say with `==` or `is_in` which rows are meant."""
    return Column(column)
