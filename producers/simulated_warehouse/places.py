"""A depot's code in, where and what it probably is out."""

from __future__ import annotations

import re

# Latitude and longitude of each state's capital.
CAPITALS: dict[str, tuple[float, float]] = {
    "AC": (-9.97, -67.81),
    "AL": (-9.65, -35.71),
    "AM": (-3.10, -60.02),
    "AP": (0.03, -51.07),
    "BA": (-12.97, -38.50),
    "CE": (-3.73, -38.52),
    "DF": (-15.79, -47.88),
    "ES": (-20.32, -40.34),
    "GO": (-16.68, -49.25),
    "MA": (-2.53, -44.30),
    "MG": (-19.92, -43.94),
    "MS": (-20.44, -54.65),
    "MT": (-15.60, -56.10),
    "PA": (-1.46, -48.50),
    "PB": (-7.12, -34.86),
    "PE": (-8.05, -34.88),
    "PI": (-5.09, -42.80),
    "PR": (-25.43, -49.27),
    "RJ": (-22.91, -43.17),
    "RN": (-5.79, -35.21),
    "RO": (-8.76, -63.90),
    "RR": (2.82, -60.67),
    "RS": (-30.03, -51.23),
    "SC": (-27.60, -48.55),
    "SE": (-10.91, -37.07),
    "SP": (-23.55, -46.63),
    "TO": (-10.18, -48.33),
}
DEFAULT_REGION = "BA"
_TEAM = re.compile(r"EQP-\d+")
_HOME_OF = re.compile(r"(?:.*[- ]|GER)([A-Z]{2})")


def is_tower(site_id: str) -> bool:
    """Return whether a code looks like a tower's: letters with a number, and not a team's.

    >>> [is_tower(code) for code in ("BATST001-1", "CENTRAL-BA", "EQP-004", "SEM-DEPOSITO")]
    [True, False, False, False]
    """
    numbered = any(letter.isdigit() for letter in site_id)
    return numbered and _TEAM.fullmatch(site_id) is None


def region(site_id: str) -> str:
    """Return the state that a code names, at its start for a tower, at its end for a depot.

    >>> [region(code) for code in ("PETST001-1", "CENTRAL-CE", "OFICINA")]
    ['PE', 'CE', 'BA']
    """
    if is_tower(site_id):
        state = site_id[:2]
    else:
        named = _HOME_OF.fullmatch(site_id)
        state = named.group(1) if named else ""
    return state if state in CAPITALS else DEFAULT_REGION
