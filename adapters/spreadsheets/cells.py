"""A cell's value in, the text that a raw record keeps out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal


def as_text(value: object, decimal_sign: str) -> str | None:
    """Return a cell as text, None for a blank one.

    Texts stay as they are written. Dates become ISO; numbers, which have no decimal sign of
    their own in a workbook, get the file's.

    >>> as_text(1643.4, ","), as_text(94657.0, "."), as_text(" ", "."), as_text(" x", ".")
    ('1643,4', '94657', None, ' x')
    """
    match value:
        case None:
            return None
        case bool():
            return str(value).upper()
        case datetime():
            midnight = value.time() == time.min
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value).replace(".", decimal_sign)
        case _:
            text = str(value)
            return text if text.strip() else None


def _number(value: float) -> str:
    """Return a number in plain digits, to the 15 that a spreadsheet keeps.

    >>> _number(0.1 + 0.2), _number(1e16)
    ('0.3', '10000000000000000')
    """
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")
