"""What is a quantity, and what only looks like one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedEventError
from domain.messages import quantity
from domain.quantities import LARGEST_MILLI, parse_quantity_milli, units
from domain.rejection import Rejection


@pytest.mark.parametrize(
    ("text", "sign", "milli"),
    [
        ("10", ".", 10_000),
        ("1643.4", ".", 1_643_400),
        ("1643,4", ",", 1_643_400),
        ("1.643,4", ",", 1_643_400),
        ("1,643.4", ".", 1_643_400),
        ("1.643", ".", 1643),
        ("1.643", ",", 1_643_000),
        ("1.234.567", ",", 1_234_567_000),
        (" 0,125 ", ",", 125),
        ("-2.5", ".", -2500),
        ("+2", ".", 2000),
        ("007", ".", 7000),
        ("1.50000", ".", 1500),
        (".5", ".", 500),
        ("0", ".", 0),
        ("-0", ".", 0),
        ("1000000000000", ".", LARGEST_MILLI),
    ],
)
def test_a_number_in_plain_digits_is_read_exactly(text: str, sign: str, milli: int) -> None:
    assert parse_quantity_milli(text, decimal_sign=sign) == milli


@pytest.mark.parametrize("sign", [".", ","])
@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "   ", "-", ".", ",", "abc", "10 UN", "1 000", "--1", "1-", "R$ 5"),
        *("NaN", "sNaN", "inf", "-Infinity", "1e3", "1E3", "1e400", "1e999999999", "1_000"),
        *("0x10", "٣", "１２", "½", "1.2.3", "1,2,3", "1.", "1,", "1..2", "1.23.4", "1,23,4"),
        *("12.34.567", "1234.567.890", "1,234.567,8", "0.0001", "0,0001", "1\n2"),
        *(str(2**63), "9" * 5000, "1000000000000.001"),
    ],
)
def test_what_a_person_would_not_write_for_a_quantity_is_refused(
    text: str | None, sign: str
) -> None:
    with pytest.raises(RejectedEventError) as refused:
        parse_quantity_milli(text, decimal_sign=sign)
    assert refused.value.reason == Rejection.INVALID_QUANTITY
    assert len(refused.value.detail) < 100


@pytest.mark.parametrize(("text", "sign"), [("1.23", ","), ("1,5", "."), ("0.125", ",")])
def test_a_thousands_sign_where_none_belongs_is_not_dropped(text: str, sign: str) -> None:
    """Dropped, it would make 123 of 1.23: wrong by a factor of a hundred, silently."""
    with pytest.raises(RejectedEventError):
        parse_quantity_milli(text, decimal_sign=sign)


@settings(max_examples=80, deadline=None)
@given(st.integers(-LARGEST_MILLI, LARGEST_MILLI), st.booleans())
def test_every_quantity_is_read_as_it_is_written(milli: int, brazilian: bool) -> None:
    if brazilian:
        text = quantity(milli, "").strip()
        assert parse_quantity_milli(text, decimal_sign=",") == milli
    assert parse_quantity_milli(str(Decimal(milli) / 1000), decimal_sign=".") == milli


def test_units_are_for_people() -> None:
    assert units(-1500) == -1.5
