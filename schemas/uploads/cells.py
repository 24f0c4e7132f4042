"""One cell of an upload in, its value out, or the reason why it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NoReturn
from unicodedata import category

from domain.errors import RejectedEventError
from domain.instants import DAY, day_number, end_of_day, from_datetime, start_of_day
from domain.quantities import LARGEST_MILLI, is_number, parse_quantity_milli
from schemas.spellings import SHEET_ERRORS, normalise_code, normalise_text, parse_date
from schemas.uploads.reasons import RefusedLineError, RowReason

# The limits of cleaning, so that what is accepted here is no dead letter there.
LONGEST_ID = 200
LONGEST_NAME = 500
_KEY_SEPARATOR = "|"
_LATEST = from_datetime(datetime(2200, 1, 1, tzinfo=UTC))
_DECIMALS = 3
_LONGEST_NUMBER = 40
_MOMENT = re.compile(
    r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))[ T]"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_YES, _NO = (
    frozenset({"sim", "s", "yes", "true", "verdadeiro", "1", "x"}),
    frozenset({"", "não", "nao", "n", "no", "false", "falso", "0"}),
)


@dataclass(frozen=True, slots=True)
class When:
    """An instant, and whether only its day is known."""

    at: int
    day_only: bool

    @property
    def precision(self) -> str:
        """As raw records write it."""
        return "day" if self.day_only else "instant"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one line, as text by header, and the file's decimal sign."""

    written: Mapping[str, str | None]
    decimal_sign: str

    def text(self, name: str) -> str:
        """Return a cell without outer blanks, empty where there is none."""
        return (self.written.get(name) or "").strip()

    def identifier(self, name: str) -> str:
        """Return a text that identifies something.

        Raises:
            RefusedLineError: empty, too long, or no identifier.
        """
        return self._checked(name, self.text(name))

    def optional_identifier(self, name: str) -> str | None:
        """Return an identifier, or None where the cell is empty."""
        return self.identifier(name) if self.text(name) else None

    def code(self, name: str) -> str:
        """Return a normalised item or site code.

        Raises:
            RefusedLineError: it could not be half of a key.
        """
        code = self._checked(name, normalise_code(self.text(name)) or "")
        if _KEY_SEPARATOR in code:
            raise RefusedLineError(RowReason.FORBIDDEN_CHARACTER, name, value=code)
        return code

    def name(self, name: str, *, may_be_empty: bool = False) -> str:
        """Return a text for people."""
        text = normalise_text(self.text(name))
        if not text and not may_be_empty:
            raise RefusedLineError(RowReason.EMPTY, name)
        if len(text) > LONGEST_NAME:
            raise RefusedLineError(RowReason.TOO_LONG, name, length=len(text), limit=LONGEST_NAME)
        if text.upper() in SHEET_ERRORS:
            raise RefusedLineError(RowReason.SHEET_ERROR, name, value=text)
        return text

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return a text of a closed set, in the set's own spelling."""
        text = self.text(name)
        if not text:
            raise RefusedLineError(RowReason.EMPTY, name)
        found = {each.casefold(): each for each in allowed}.get(text.casefold())
        if found is None:
            raise RefusedLineError(
                RowReason.UNKNOWN_VALUE, name, value=text, allowed=", ".join(allowed)
            )
        return found

    def yes(self, name: str) -> bool:
        """Return whether a cell says yes; an empty one says no."""
        text = self.text(name).casefold()
        if text not in _YES | _NO:
            raise RefusedLineError(RowReason.UNKNOWN_VALUE, name, value=text, allowed="sim, não")
        return text in _YES

    def quantity(self, name: str, *, signed: bool = False) -> int:
        """Return a quantity in thousandths of its unit."""
        text = self._number(name)
        try:
            milli = parse_quantity_milli(text, decimal_sign=self.decimal_sign)
        except RejectedEventError:
            self._refuse_number(name, text)
        if milli < 0 and not signed:
            raise RefusedLineError(RowReason.NEGATIVE, name, value=text)
        return milli

    def number(self, name: str, *, least: float, most: float) -> float:
        """Return a number within bounds."""
        text = self._number(name)
        thousands = "." if self.decimal_sign == "," else ","
        value = float(text.replace(thousands, "").replace(self.decimal_sign, "."))
        if value < 0 <= least:
            raise RefusedLineError(RowReason.NEGATIVE, name, value=text)
        if not least <= value <= most:
            raise RefusedLineError(
                RowReason.OUT_OF_RANGE, name, value=text, least=f"{least:g}", most=f"{most:g}"
            )
        return value

    def when(self, name: str, *, day_means_its_end: bool = False) -> When:
        """Return when something was; a day alone means its beginning, or its end."""
        text = self.text(name)
        if not text:
            raise RefusedLineError(RowReason.EMPTY, name)
        found = _MOMENT.fullmatch(text)
        if found is None:
            day = self._day(name, text)
            at = end_of_day(day) if day_means_its_end else start_of_day(day)
            return When(self._usable(name, text, at), day_only=True)
        try:
            moment = _moment(found)
        except ValueError:
            raise RefusedLineError(RowReason.NOT_A_DATE, name, value=text) from None
        return When(self._usable(name, text, from_datetime(moment)), day_only=False)

    def day(self, name: str) -> int:
        """Return a day, as days since 1970-01-01."""
        text = self.text(name)
        if not text:
            raise RefusedLineError(RowReason.EMPTY, name)
        day = self._day(name, text)
        self._usable(name, text, start_of_day(day))
        return day_number(day)

    def _day(self, name: str, text: str) -> date:
        try:
            day = parse_date(text)
        except RejectedEventError:
            raise RefusedLineError(RowReason.NOT_A_DATE, name, value=text) from None
        assert day is not None
        return day

    def _usable(self, name: str, text: str, at: int) -> int:
        if not DAY <= at < _LATEST:
            raise RefusedLineError(RowReason.DATE_OUT_OF_RANGE, name, value=text)
        return at

    def _number(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise RefusedLineError(RowReason.EMPTY, name)
        if text.upper() in SHEET_ERRORS:
            raise RefusedLineError(RowReason.SHEET_ERROR, name, value=text)
        if not is_number(text, decimal_sign=self.decimal_sign):
            sign = self.decimal_sign
            raise RefusedLineError(RowReason.NOT_A_NUMBER, name, value=text, sign=sign)
        if len(text) > _LONGEST_NUMBER:
            raise RefusedLineError(RowReason.NUMBER_TOO_LARGE, name, value=text)
        return text

    def _refuse_number(self, name: str, text: str) -> NoReturn:
        whole, _, decimals = text.partition(self.decimal_sign)
        digits = re.sub(r"\D", "", whole).lstrip("0")
        large = len(digits) > len(str(LARGEST_MILLI)) - 1 - _DECIMALS
        reason = RowReason.NUMBER_TOO_LARGE if large else RowReason.TOO_MANY_DECIMALS
        if len(decimals.rstrip("0")) <= _DECIMALS:
            reason = RowReason.NUMBER_TOO_LARGE
        raise RefusedLineError(reason, name, value=text)

    def _checked(self, name: str, text: str) -> str:
        if not text:
            raise RefusedLineError(RowReason.EMPTY, name)
        if len(text) > LONGEST_ID:
            raise RefusedLineError(RowReason.TOO_LONG, name, length=len(text), limit=LONGEST_ID)
        if text.upper() in SHEET_ERRORS:
            raise RefusedLineError(RowReason.SHEET_ERROR, name, value=text)
        if not text.isprintable() and any(category(each) in {"Cc", "Cs"} for each in text):
            raise RefusedLineError(RowReason.FORBIDDEN_CHARACTER, name, value=repr(text))
        return text


def _moment(found: re.Match[str]) -> datetime:
    iso_year, iso_month, iso_day, day, month, year, hour, minute, second, fraction, zone = (
        found.groups()
    )
    written = (
        f"{int(iso_year or year):04}-{int(iso_month or month):02}-{int(iso_day or day):02}"
        f"T{int(hour):02}:{minute}:{second or '00'}.{(fraction or '0').ljust(6, '0')}{zone or ''}"
    )
    return datetime.fromisoformat(written)
