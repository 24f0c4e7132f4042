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


_PORTUGUESE = {
    FileRefusal.UNREADABLE: "O arquivo não pode ser lido.",
    FileRefusal.EMPTY: "O arquivo está vazio.",
    FileRefusal.NOT_A_SPREADSHEET: "Não é uma planilha: envie um XLSX ou um CSV.",
    FileRefusal.OLD_WORKBOOK: "É um XLS anterior a 2007: salve como XLSX ou CSV.",
    FileRefusal.PASSWORD: "A planilha tem senha: salve sem senha, como XLSX ou CSV.",
    FileRefusal.DAMAGED: "O arquivo está danificado ou incompleto: exporte-o de novo.",
    FileRefusal.UTF_16: "O texto está em UTF-16: salve como CSV UTF-8 ou como XLSX.",
    FileRefusal.CHANGED: "O arquivo mudou enquanto era lido: espere que esteja completo.",
    FileRefusal.WRONG_HEADERS: "Os cabeçalhos não são os deste tipo: compare com o modelo.",
    FileRefusal.NO_LINES: "Não há nenhuma linha abaixo do cabeçalho.",
    FileRefusal.ROW_TOO_WIDE: "Uma linha tem mais células que o cabeçalho: ponha entre aspas a "
    "célula que contém o separador.",
    FileRefusal.QUOTATION: "Uma aspa abre e não fecha: escreva-a duas vezes ou retire-a.",
    FileRefusal.TWO_DECIMAL_SIGNS: "Há números com ponto e com vírgula decimal: use um só sinal.",
    FileRefusal.AMBIGUOUS_DECIMAL: "Um número pode ser lido de dois modos, e nenhum outro decide: "
    "escreva-o sem separador de milhar, ou com dois decimais.",
    FileRefusal.TOO_LARGE: "O arquivo é grande demais: divida-o.",
    FileRefusal.TOO_MANY_ROWS: "O arquivo tem linhas demais: divida-o.",
}


class RefusedFileError(ConfigurationError):
    """A file that a person must change first.

    Args:
        reason: what kind of thing is wrong.
        detail: one sentence with file, row and column.
        portuguese: the same for operators, where it says more than what the reason does.
    """

    def __init__(self, reason: FileRefusal, detail: str, *, portuguese: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.portuguese = portuguese or _PORTUGUESE[reason]
