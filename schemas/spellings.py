"""Written codes, units, texts and days in, their one spelling out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from domain.errors import RejectedEventError
from domain.rejection import Rejection

DEFAULT_UNIT = "UN"
SERVICE_UNIT = "SR"
# What a formula shows that has failed, in English and in Portuguese.
SHEET_ERRORS = frozenset({
    "#N/A", "#N/D", "#REF!", "#VALUE!", "#VALOR!", "#DIV/0!", "#NAME?", "#NOME?", "#NULL!",
    "#NULO!", "#NUM!", "#NÚM!",
})  # fmt: skip

# Spellings of one unit. A package of unknown content (CX, CJ, GL) is a unit of its own.
_UNIT_VARIANTS = {
    "MT": "M",
    "MTS": "M",
    "METRO": "M",
    "M²": "M2",
    "MT2": "M2",
    "M³": "M3",
    "MT3": "M3",
    "LT": "L",
    "LTS": "L",
    "KGS": "KG",
    "UND": "UN",
    "UNID": "UN",
    "PC": "UN",
    "PÇ": "UN",
    "PCS": "UN",
    "PR": "PAR",
    "PARES": "PAR",
    "SV": SERVICE_UNIT,
    "SERV": SERVICE_UNIT,
}
# One spelling of each unit that the platform knows: measures, then pieces and packages.
KNOWN_UNITS = frozenset({
    *("KG", "G", "T", "M", "CM", "MM", "M2", "M3", "L", "ML", "H"),
    *("UN", "PAR", "CX", "CJ", "GL", "RL", "PCT", "SC", "BD", "JG", "KIT", "FD", "TB", "BR"),
    SERVICE_UNIT,
})  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}.*)?")
_BRAZILIAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}.*)?")


def normalise_unit(written: str | None) -> str:
    """Return the one spelling of a unit.

    >>> [normalise_unit(unit) for unit in ("M³", "mt.", " un ", "CX", None)]
    ['M3', 'M', 'UN', 'CX', 'UN']
    """
    unit = normalise_text((written or "").upper()).rstrip(". ")
    return _UNIT_VARIANTS.get(unit, unit) or DEFAULT_UNIT


def normalise_code(written: str | None) -> str | None:
    """Return an item's or a depot's code as the platform writes it, None for an empty one.

    >>> normalise_code(" nc-4107 "), normalise_code("   ")
    ('NC-4107', None)
    """
    return normalise_text((written or "").upper()) or None


def normalise_text(written: str | None) -> str:
    """Return a text without outer, repeated or exotic blanks, letters composed (NFC)."""
    return unicodedata.normalize("NFC", " ".join((written or "").split()))


def parse_date(written: str | None) -> date | None:
    """Return a written day, ISO or day/month/year, None for an empty one.

    Raises:
        RejectedEventError: `invalid_date`.

    >>> parse_date("02/12/2024"), parse_date("2024-12-02 00:00:00"), parse_date(" ")
    (datetime.date(2024, 12, 2), datetime.date(2024, 12, 2), None)
    """
    text = (written or "").strip()
    if not text:
        return None
    try:
        if found := _ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
        if found := _BRAZILIAN.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError as error:
        raise RejectedEventError(Rejection.INVALID_DATE, f"{text!r}: {error}") from error
    raise RejectedEventError(Rejection.INVALID_DATE, repr(text))


def unaccented(text: str) -> str:
    """Return a text without its accents and cedillas.

    >>> unaccented("SERVIÇO DE MEDIÇÃO")
    'SERVICO DE MEDICAO'
    """
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
