"""Written quantities in, the file's one decimal sign out, or the two readings it could have.

`1.234` is a thousand and some in Brazil and one and a bit elsewhere: guessing per cell would
be wrong by a factor of a thousand, silently.
"""

from __future__ import annotations

import re

from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError
from domain.quantities import is_number

_DEFAULT = "."
_SIGNS = (".", ",")


class DecimalSign:
    """Collects what a file's numbers say about its decimal sign."""

    def __init__(self) -> None:
        # sign → the first row and column that need it
        self._first: dict[str, tuple[int, str, str]] = {}
        self._unclear: tuple[int, str, str] | None = None

    def see(self, written: str, row: int, column: str) -> None:
        """Take in one number as written; what is no number under either sign says nothing."""
        text = written.strip()
        match [sign for sign in _SIGNS if is_number(text, decimal_sign=sign)]:
            case [sign]:
                self._first.setdefault(sign, (row, column, text))
            case [_, _] if any(sign in text for sign in _SIGNS):
                self._unclear = self._unclear or (row, column, text)

    def decided(self, *, where: str) -> str:
        """Return the sign.

        Raises:
            RefusedFileError: the numbers contradict each other, or read both ways.
        """
        if len(self._first) > 1:
            (point_row, column, point), (comma_row, other, comma) = (
                self._first["."],
                self._first[","],
            )
            msg = (
                f"{where}, column {_both(column, other)}: {point} in row {point_row} has a decimal "
                f"point and {comma} in row {comma_row} a decimal comma, so the other numbers read "
                "both ways; write all of them with one decimal sign"
            )
            said = (
                f"{point} na linha {point_row} tem ponto decimal e {comma} na linha {comma_row}, "
                "vírgula decimal: use um só sinal no arquivo"
            )
            raise RefusedFileError(FileRefusal.TWO_DECIMAL_SIGNS, msg, portuguese=said)
        if self._first:
            return next(iter(self._first))
        if self._unclear is not None:
            row, column, text = self._unclear
            digits = re.sub(r"[.,]", "", text)
            fraction = re.sub(r"[.,]", ",", text)
            msg = (
                f"{where}, row {row}, column {column}: {text} reads as {digits} units or as "
                f"{fraction} (a fraction), and no other number in the file decides which; write "
                "it without a thousands sign, or with two decimals"
            )
            said = (
                f"Linha {row}, coluna {column}: {text} pode ser {digits} unidades ou {fraction} "
                "(uma fração), e nenhum outro número do arquivo decide; escreva-o sem separador "
                "de milhar, ou com dois decimais"
            )
            raise RefusedFileError(FileRefusal.AMBIGUOUS_DECIMAL, msg, portuguese=said)
        return _DEFAULT


def _both(column: str, other: str) -> str:
    return column if column == other else f"{column} or {other}"
