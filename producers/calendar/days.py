"""A year in, its holidays and optional days out: of the country, and of each state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import holidays

from schemas.regions import COUNTRY, STATES

# In this order: a day that a state's own list names as both is a holiday.
CATEGORIES = ("public", "optional")
_LANGUAGE = "pt_BR"


@dataclass(frozen=True, slots=True, order=True)
class CalendarDay:
    """One named day of one region: `BR`, or a state's UF."""

    observed_on: date
    region: str
    name: str
    category: str


def days_of(year: int) -> list[CalendarDay]:
    """Return the days of a year in their order; a state's are those that the country lacks.

    >>> [day.observed_on.isoformat() for day in days_of(2025) if day.name == "Corpus Christi"]
    ['2025-06-19']
    """
    national = {category: _named(year, category) for category in CATEGORIES}
    found: dict[tuple[date, str, str], CalendarDay] = {}
    for region in (COUNTRY, *STATES):
        for category in CATEGORIES:
            named = _named(year, category, None if region == COUNTRY else region)
            own = named if region == COUNTRY else named - national[category]
            for day, name in own:
                found.setdefault((day, region, name), CalendarDay(day, region, name, category))
    return sorted(found.values())


def _named(year: int, category: str, state: str | None = None) -> set[tuple[date, str]]:
    listed = holidays.country_holidays(
        COUNTRY, subdiv=state, years=year, categories=category, language=_LANGUAGE
    )
    return {(day, name) for day in listed for name in listed.get_list(day)}
