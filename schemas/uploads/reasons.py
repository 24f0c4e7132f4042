"""Why one line of an upload is refused: the closed set of reasons, and each in two languages."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import PlatformError

_LONGEST_QUOTE = 60


class RowReason(StrEnum):
    """One reason for one line; clients branch on it."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    FORBIDDEN_CHARACTER = "forbidden_character"
    SHEET_ERROR = "sheet_error"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NUMBER_TOO_LARGE = "number_too_large"
    NEGATIVE = "negative"
    ZERO = "zero"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    RECORDED_IN_FUTURE = "recorded_in_future"
    UNKNOWN_VALUE = "unknown_value"
    MISSING_TRANSFER = "missing_transfer"
    TRANSFER_TO_ITSELF = "transfer_to_itself"
    CORRECTS_ITSELF = "corrects_itself"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    TWO_VERSIONS = "two_versions"


_SENTENCES: dict[RowReason, tuple[str, str]] = {
    RowReason.EMPTY: ("está vazio", "is empty"),
    RowReason.TOO_LONG: (
        "tem {length} caracteres; o limite é {limit}",
        "has {length} characters; the limit is {limit}",
    ),
    RowReason.FORBIDDEN_CHARACTER: (
        "“{value}” contém um caractere que um código não pode ter",
        "“{value}” holds a character that no code may have",
    ),
    RowReason.SHEET_ERROR: (
        "“{value}” é o erro de uma fórmula da planilha",
        "“{value}” is the error of a formula in the spreadsheet",
    ),
    RowReason.NOT_A_NUMBER: (
        "“{value}” não é um número com o sinal decimal “{sign}” deste arquivo",
        "“{value}” is no number with the decimal sign “{sign}” of this file",
    ),
    RowReason.TOO_MANY_DECIMALS: (
        "“{value}” tem mais de 3 decimais",
        "“{value}” has more than 3 decimals",
    ),
    RowReason.NUMBER_TOO_LARGE: ("“{value}” é grande demais", "“{value}” is too large"),
    RowReason.NEGATIVE: ("“{value}” não pode ser negativo", "“{value}” must not be negative"),
    RowReason.ZERO: (
        "0 só vale junto com corrects, para anular",
        "0 is good with corrects only, to cancel",
    ),
    RowReason.OUT_OF_RANGE: (
        "“{value}” não está entre {least} e {most}",
        "“{value}” is not between {least} and {most}",
    ),
    RowReason.NOT_A_DATE: (
        "“{value}” não é uma data; escreva 2025-07-20 14:30 ou 20/07/2025",
        "“{value}” is no date; write 2025-07-20 14:30 or 20/07/2025",
    ),
    RowReason.DATE_OUT_OF_RANGE: (
        "“{value}” está fora dos anos 1970 a 2199",
        "“{value}” is outside the years 1970 to 2199",
    ),
    RowReason.RECORDED_IN_FUTURE: (
        "“{value}” está no futuro: nada se soube depois de agora",
        "“{value}” is in the future: nothing was learnt after now",
    ),
    RowReason.UNKNOWN_VALUE: (
        "“{value}” não é nenhum de: {allowed}",
        "“{value}” is none of: {allowed}",
    ),
    RowReason.MISSING_TRANSFER: (
        "uma transferência precisa de transfer_id e counterpart_site_id",
        "a transfer needs transfer_id and counterpart_site_id",
    ),
    RowReason.TRANSFER_TO_ITSELF: (
        "a transferência vai de “{value}” para o mesmo local",
        "the transfer goes from “{value}” to the same site",
    ),
    RowReason.CORRECTS_ITSELF: ("a linha corrige a si mesma", "the line corrects itself"),
    RowReason.CONFLICTING_DUPLICATE: (
        "a mesma identidade já chegou com outro conteúdo{where_pt}; para mudar, use corrects",
        "the same identity has come with other content{where_en}; to change it, use corrects",
    ),
    RowReason.TWO_VERSIONS: (
        "já está neste arquivo com outro conteúdo{where_pt}",
        "stands in this file with other content already{where_en}",
    ),
}


class RefusedLineError(PlatformError):
    """One line that cannot be used.

    Args:
        reason: why.
        column: the header of the column at fault.
        values: what the sentences name: the value, the limits.
    """

    def __init__(self, reason: RowReason, column: str, **values: object) -> None:
        super().__init__(f"{column}: {reason}")
        self.reason = reason
        self.column = column
        self.values = {name: str(value) for name, value in values.items()}
        if "value" in values:
            self.values["value"] = _quoted(self.values["value"])


def sentences(reason: RowReason, values: dict[str, str]) -> tuple[str, str]:
    """Return why, in Portuguese and in English.

    >>> sentences(RowReason.NEGATIVE, {"value": "-1"})[1]
    '“-1” must not be negative'
    """
    portuguese, english = _SENTENCES[reason]
    return portuguese.format(**values), english.format(**values)


def _quoted(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
