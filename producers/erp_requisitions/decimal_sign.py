"""Written quantities in, the file's one decimal sign out, or the two readings it could have.

`1.234` is a thousand and some in Brazil and one and a bit elsewhere: guessing per cell would
be wrong by a factor of a thousand, silently.
"""

from __future__ import annotations

import re

from domain.errors import ConfigurationError
from domain.quantities import is_number

_DEFAULT = "."
_SIGNS = (".", ",")


class DecimalSign:
    """Collects what a file's quantities say about its decimal sign."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, str]] = {}  # sign → the first row that needs it
        self._unclear: tuple[int, str] | None = None

    def see(self, written: str, row: int) -> None:
        """Take in one quantity as written; what is no number under either sign says nothing."""
        text = written.strip()
        match [sign for sign in _SIGNS if is_number(text, decimal_sign=sign)]:
            case [sign]:
                self._first.setdefault(sign, (row, text))
            case [_, _] if any(sign in text for sign in _SIGNS):
                self._unclear = self._unclear or (row, text)

    def decided(self, *, where: str) -> str:
        """Return the sign.

        Raises:
            ConfigurationError: the quantities contradict each other, or read both ways.
        """
        if len(self._first) > 1:
            (point_row, point), (comma_row, comma) = self._first["."], self._first[","]
            msg = (
                f"{where}, column QUANTIDADE: {point} in row {point_row} has a decimal point and "
                f"{comma} in row {comma_row} a decimal comma, so the other quantities read both "
                "ways; write all of them with one decimal sign"
            )
            raise ConfigurationError(msg)
        if self._first:
            return next(iter(self._first))
        if self._unclear is not None:
            row, text = self._unclear
            digits = re.sub(r"[.,]", "", text)
            fraction = re.sub(r"[.,]", ",", text)
            msg = (
                f"{where}, row {row}, column QUANTIDADE: {text} reads as {digits} units or as "
                f"{fraction} (a fraction), and no other quantity in the file decides which; write "
                "it without a thousands sign, or with two decimals"
            )
            raise ConfigurationError(msg)
        return _DEFAULT
