"""Why a whole file is refused: the closed set of reasons, and the sentence that names the place."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import ConfigurationError


class FileRefusal(StrEnum):
    """One reason for which nothing of a file is used."""

    UNREADABLE = "unreadable"
    EMPTY = "empty_file"
    NOT_A_SPREADSHEET = "not_a_spreadsheet"
    OLD_WORKBOOK = "old_workbook"
    PASSWORD = "password"
    DAMAGED = "damaged"
    UTF_16 = "utf_16"
    CHANGED = "changed_while_read"
    WRONG_HEADERS = "wrong_headers"
    NO_LINES = "no_lines"
    ROW_TOO_WIDE = "row_too_wide"
    QUOTATION = "quotation"
    TWO_DECIMAL_SIGNS = "two_decimal_signs"
    AMBIGUOUS_DECIMAL = "ambiguous_decimal"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"


class RefusedFileError(ConfigurationError):
    """A file that a person must change first.

    Args:
        reason: what kind of thing is wrong.
        detail: one sentence with file, row and column.
    """

    def __init__(self, reason: FileRefusal, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
