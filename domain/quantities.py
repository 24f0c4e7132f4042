"""Quantities are integers in thousandths of the base unit; floats never touch the ledger."""

from __future__ import annotations

import re

from domain.errors import RejectedEventError
from domain.rejection import Rejection

MILLI = 1000
# A long holds more, but sums of many must fit too: a trillion units is a typing error.
LARGEST_MILLI = 10**15

_DECIMALS = 3
_LONGEST_QUOTE = 40
# Plain digits, grouped by threes or not at all. Python's own parsers read more than a person
# would write: exponents, underscores, other alphabets' digits, infinity.
_NUMBER = {
    ".": re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|(?=\.))(?:\.([0-9]+))?"),
    ",": re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|(?=,))(?:,([0-9]+))?"),
}


def is_number(text: str, *, decimal_sign: str) -> bool:
    """Return whether a text is a number in plain digits, of any size and precision.

    >>> is_number("12.50", decimal_sign="."), is_number("12.50", decimal_sign=",")
    (True, False)
    """
    return _NUMBER[decimal_sign].fullmatch(text.strip()) is not None


def parse_quantity_milli(text: str | None, *, decimal_sign: str = ".") -> int:
    """Return a written quantity in thousandths of its unit.

    Raises:
        RejectedEventError: `invalid_quantity` for anything but a number in plain digits, for a
            thousands sign where none belongs, for more than 3 decimals, or for too large a number.

    >>> parse_quantity_milli("1.643,4", decimal_sign=",")
    1643400
    """
    if text is None or not text.strip():
        raise RejectedEventError(Rejection.INVALID_QUANTITY, "empty")
    found = _NUMBER[decimal_sign].fullmatch(text.strip())
    if found is None:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, _quoted(text))
    sign, whole, fraction = found.groups()
    digits, decimals = re.sub(r"[.,]", "", whole).lstrip("0"), (fraction or "").rstrip("0")
    if len(decimals) > _DECIMALS:
        detail = f"{_quoted(text)} has over {_DECIMALS} decimals"
        raise RejectedEventError(Rejection.INVALID_QUANTITY, detail)
    # The length first: Python refuses to read an integer of thousands of digits.
    too_long = len(digits) > len(str(LARGEST_MILLI))
    milli = 0 if too_long else int(digits + decimals.ljust(_DECIMALS, "0"))
    if too_long or milli > LARGEST_MILLI:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, f"{_quoted(text)} is too large")
    return -milli if sign == "-" else milli


def units(milli: int) -> float:
    """Return thousandths as a number in the base unit, for people and JSON.

    >>> units(1643400)
    1643.4
    """
    return milli / MILLI


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")
