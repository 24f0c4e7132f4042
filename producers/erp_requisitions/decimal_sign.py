"""Written quantities in, the file's one decimal sign out, or the two readings it could have.

`1.234` is a thousand and some in Brazil and one and a bit elsewhere: guessing per cell would
be wrong by a factor of a thousand, silently.
"""

from __future__ import annotations

import re

from domain.errors import ConfigurationError

_DEFAULT = "."
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_READS_BOTH_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


class DecimalSign:
    """Collects what a file's quantities say about its decimal sign."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, str]] = {}  # sign → the first row that needs it
        self._unclear: tuple[int, str] | None = None

    def see(self, written: str, row: int) -> None:
        """Take in one quantity as written; what is no number says nothing."""
        text = written.strip()
        if _NUMBER.fullmatch(text) is None:
            return
        if _READS_BOTH_WAYS.fullmatch(text):
            self._unclear = self._unclear or (row, text)
            return
        sign = _sign_of(text)
        if sign is not None:
            self._first.setdefault(sign, (row, text))

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


def _sign_of(text: str) -> str | None:
    """Return the sign that a number cannot be read without, None where it has none."""
    signs = [each for each in text if each in ".,"]
    if not signs:
        return None
    last = signs[-1]
    if signs.count(last) > 1:  # 1.234.567: repeated, so it groups thousands
        return "," if last == "." else "."
    return last
