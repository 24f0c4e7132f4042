"""Quantities are integers in thousandths of the base unit; floats never touch the ledger."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from domain.errors import RejectedEventError
from domain.rejection import Rejection

MILLI = 1000
# A long holds more, but sums of many must fit too: a trillion units is a typing error.
LARGEST_MILLI = 10**15


def parse_quantity_milli(text: str | None, *, decimal_sign: str = ".") -> int:
    """Return a written quantity in thousandths of its unit.

    Raises:
        RejectedEventError: `invalid_quantity` for text, more than 3 decimals, or too large.

    >>> parse_quantity_milli("1.643,4", decimal_sign=",")
    1643400
    """
    if text is None or not text.strip():
        raise RejectedEventError(Rejection.INVALID_QUANTITY, "empty")
    thousands = "," if decimal_sign == "." else "."
    plain = text.strip().replace(thousands, "").replace(decimal_sign, ".")
    try:
        milli = Decimal(plain) * MILLI
    except InvalidOperation as error:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, repr(text)) from error
    if not milli.is_finite() or abs(milli) > LARGEST_MILLI:
        raise RejectedEventError(Rejection.INVALID_QUANTITY, repr(text))
    if milli != milli.to_integral_value():
        raise RejectedEventError(Rejection.INVALID_QUANTITY, f"{text!r} has over 3 decimals")
    return int(milli)


def units(milli: int) -> float:
    """Return thousandths as a number in the base unit, for people and JSON.

    >>> units(1643400)
    1643.4
    """
    return milli / MILLI
