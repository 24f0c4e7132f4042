"""Sentences for operators, in Portuguese: what, why, what to do, by when."""

from __future__ import annotations

from domain.instants import day_of
from domain.pooling import Recommendation
from domain.quantities import MILLI


def quantity(milli: int, unit: str) -> str:
    """Return a quantity as Brazil writes it.

    >>> quantity(1643400, "KG")
    '1.643,4 KG'
    """
    whole, rest = divmod(abs(milli), MILLI)
    digits = f"{whole:,}".replace(",", ".")
    decimals = f",{rest:03d}".rstrip("0") if rest else ""
    return f"{'-' if milli < 0 else ''}{digits}{decimals} {unit}"


def opened(
    *,
    name: str,
    site_id: str,
    unit: str,
    on_hand_milli: int,
    position_milli: int,
    reorder_point_milli: int,
    days: tuple[float | None, float | None],
    recommendation: Recommendation,
) -> str:
    """Return what an opened alert says."""
    return (
        f"{name} em {site_id}: {_when(on_hand_milli, days)}. "
        f"Estoque {quantity(on_hand_milli, unit)}, posição {quantity(position_milli, unit)}, "
        f"ponto de pedido {quantity(reorder_point_milli, unit)}. {_what(recommendation, unit)}."
    )


def recovered(*, name: str, site_id: str, unit: str, position_milli: int) -> str:
    """Return what a recovered alert says."""
    return f"{name} em {site_id}: recuperado, posição {quantity(position_milli, unit)}."


def _when(on_hand_milli: int, days: tuple[float | None, float | None]) -> str:
    early, late = days
    if on_hand_milli <= 0:
        return "estoque zerado"
    if early is None:
        return "abaixo do ponto de pedido, sem consumo previsto"
    if late is None:
        return f"pode faltar a partir de {early:.0f} dias"
    return f"falta em {early:.0f}–{late:.0f} dias"


def _what(recommendation: Recommendation, unit: str) -> str:
    amount = quantity(recommendation.quantity_milli, unit)
    match recommendation.action:
        case "transfer":
            hours = recommendation.hours or 0.0
            return f"Transferir {amount} de {recommendation.from_site} (chega em {hours:.0f} h)"
        case "substitute":
            return f"Usar {amount} do item {recommendation.substitute_item}, que sobra no local"
        case _:
            by = recommendation.by
            return f"Comprar {amount}" + (f" até {day_of(by):%d/%m/%Y}" if by is not None else "")
