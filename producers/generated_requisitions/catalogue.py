"""Families of generic words in, a catalogue of items that exist nowhere out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from producers.generated_requisitions.families import FAMILIES, Family

_FIRST_ITEM_CODE = 20_001
_FIRST_SERVICE_CODE = 7_001
# Few things are asked for by the dozen, most by the piece: share and usual quantity.
_USUAL_QUANTITIES = ((0.62, 1.0), (0.24, 3.0), (0.10, 12.0), (0.04, 60.0))
_USUAL_MEASURE = 40.0  # of what is weighed or measured


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One item; `spellings` are those of its unit, the usual one first."""

    code: str
    name: str
    family: Family
    spellings: Sequence[str]
    usual_quantity: float

    @property
    def is_measured(self) -> bool:
        """Whether it comes by weight, length, area or volume."""
        return self.spellings[0] not in {"UN", "PAR", "CX", "CJ", "GL", "SR"}


def catalogue(items: int, services: int, random: Random) -> list[CatalogueItem]:
    """Return the stock items, then the services."""
    stock = [family for family in FAMILIES if not family.is_service]
    work = [family for family in FAMILIES if family.is_service]
    return [
        *_items(stock, items, _FIRST_ITEM_CODE, random),
        *_items(work, services, _FIRST_SERVICE_CODE, random),
    ]


def _items(
    families: Sequence[Family], count: int, first_code: int, random: Random
) -> list[CatalogueItem]:
    # Every family has an item before any has two.
    chosen = [*families, *random.choices(families, [f.share for f in families], k=count)][:count]
    names = {family.name: _names(family, random) for family in families}
    found = []
    for code, family in enumerate(chosen, start=first_code):
        spellings = random.choices(
            [spellings for _, spellings in family.units], [weight for weight, _ in family.units]
        )[0]
        item = CatalogueItem(
            code=f"{code:04d}" if family.is_service else f"{code:06d}",
            name=_next_name(names[family.name], code),
            family=family,
            spellings=spellings,
            usual_quantity=1.0,
        )
        found.append(_with_usual_quantity(item, random))
    return found


def _with_usual_quantity(item: CatalogueItem, random: Random) -> CatalogueItem:
    if item.family.is_service:
        return item
    weights = [weight for weight, _ in _USUAL_QUANTITIES]
    usual = random.choices([usual for _, usual in _USUAL_QUANTITIES], weights)[0]
    if item.is_measured:
        usual = _USUAL_MEASURE * random.lognormvariate(0.0, 1.0)
    return CatalogueItem(item.code, item.name, item.family, item.spellings, usual)


def _names(family: Family, random: Random) -> list[str]:
    combined = [f"{noun} {size}".strip() for noun, size in product(family.nouns, family.sizes)]
    random.shuffle(combined)
    return combined


def _next_name(names: list[str], code: int) -> str:
    """Return a fresh name, and when all are used, one again with its type."""
    name = names.pop()
    names.insert(0, f"{name.split(' TIPO ')[0]} TIPO {code}")
    return name
