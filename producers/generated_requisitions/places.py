"""Depots that exist nowhere, in the shape of an operator's codes."""

from __future__ import annotations

from random import Random

_STORES = ("CENTRAL-BA", "OFICINA", "CENTRAL-PE", "CENTRAL-CE", "BASE-RN", "BASE-MA", "BASE-AL")
# Two of five lines go to the first two: an office and a central store.
_STORE_WEIGHTS = (150.0, 105.0, 30.0, 14.0, 12.0, 8.0, 6.0)
_STATES = ("BA", "PE", "CE", "AL", "MA", "RN", "SE")
_STATE_WEIGHTS = (48, 14, 10, 9, 9, 6, 4)
_CITIES = ("SSA", "FDS", "VTC", "JZR", "ILH", "PTL", "GRV", "MCO", "SBD", "CRT", "IMP", "BRR")
_TEAM_SHARE = 0.3
_OFFSET = 3.0


def depots(count: int, random: Random) -> dict[str, float]:
    """Return depots and how often, relative to each other, they are asked for."""
    codes = dict(zip(_STORES, _STORE_WEIGHTS, strict=True))
    names = list(codes)[:count]
    while len(names) < count:
        code = _code(len(names), random)
        if code not in codes:
            codes[code] = 70.0 / (len(names) - len(_STORES) + _OFFSET)
            names.append(code)
    return {name: codes[name] for name in names}


def suppliers(count: int, random: Random) -> dict[str, float]:
    """Return suppliers and how often, relative to each other, they are bought from."""
    numbers = random.sample(range(1, count * 5 // 4 + 2), count)
    return {f"FORN-{n:04d}": 1.0 / (rank + _OFFSET) for rank, n in enumerate(numbers)}


def _code(number: int, random: Random) -> str:
    if random.random() < _TEAM_SHARE:
        return f"EQP-{number:03d}"
    state = random.choices(_STATES, _STATE_WEIGHTS)[0]
    part = random.choice(("", "", "", "-1", "-2"))
    return f"{state}{random.choice(_CITIES)}{number:03d}{part}"
