"""Years and a state in, the days on which Brazil does not work out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

# Carnival and Corpus Christi are no public holidays: they are optional, and everybody takes them.
CATEGORIES = ("public", "optional")
# fmt: off
STATES = frozenset([
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
])
# fmt: on


def days_off(years: Iterable[int], subdivision: str | None = None) -> dict[date, str]:
    """Return the holidays of Brazil, or of one of its states, each with its category.

    >>> from datetime import date
    >>> days_off([2025])[date(2025, 3, 4)]
    'optional'
    """
    import holidays  # only a night's work needs it

    found: dict[date, str] = {}
    for category in reversed(CATEGORIES):
        named = holidays.country_holidays(
            "BR", subdiv=subdivision, years=sorted(set(years)), categories=(category,)
        )
        found.update(dict.fromkeys(named, category))
    return found
