"""A family's name in, what its parts usually cost and how critical they are out.

Orders of magnitude for a simulation, not prices.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.spellings import unaccented


@dataclass(frozen=True, slots=True)
class FamilyTraits:
    """What is typical of a family.

    Attributes:
        cost_brl: cheapest and dearest usual unit.
        shares: of the criticalities A, B and C.
    """

    cost_brl: tuple[float, float]
    shares: tuple[float, float, float]


_USUAL = FamilyTraits((5.0, 150.0), (0.05, 0.35, 0.60))
_BY_WORD: dict[str, FamilyTraits] = {
    "ELETRIC": FamilyTraits((4.0, 600.0), (0.40, 0.40, 0.20)),
    "SINALIZ": FamilyTraits((80.0, 1800.0), (0.70, 0.30, 0.00)),
    "ENERGIA": FamilyTraits((150.0, 6000.0), (0.80, 0.20, 0.00)),
    "BATERIA": FamilyTraits((300.0, 9000.0), (0.90, 0.10, 0.00)),
    "RADIO": FamilyTraits((60.0, 4000.0), (0.70, 0.30, 0.00)),
    "FERRO": FamilyTraits((8.0, 120.0), (0.10, 0.50, 0.40)),
    "CIVIL": FamilyTraits((3.0, 180.0), (0.05, 0.35, 0.60)),
    "EPI": FamilyTraits((12.0, 700.0), (0.20, 0.60, 0.20)),
    "FERRAMENTA": FamilyTraits((15.0, 1500.0), (0.05, 0.45, 0.50)),
    "INFORMATICA": FamilyTraits((40.0, 4500.0), (0.10, 0.40, 0.50)),
    "OLEO": FamilyTraits((18.0, 240.0), (0.30, 0.40, 0.30)),
    "PINTURA": FamilyTraits((10.0, 420.0), (0.00, 0.30, 0.70)),
    "LIMPEZA": FamilyTraits((2.0, 60.0), (0.00, 0.10, 0.90)),
    "PAPELARIA": FamilyTraits((1.0, 40.0), (0.00, 0.05, 0.95)),
    "ADMINISTR": FamilyTraits((4.0, 200.0), (0.00, 0.10, 0.90)),
}


def traits(family: str) -> FamilyTraits:
    """Return what is typical of a family, or of any part where its name says nothing."""
    name = unaccented(family.upper())
    return next((found for word, found in _BY_WORD.items() if word in name), _USUAL)
