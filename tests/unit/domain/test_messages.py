"""What operators read, to the letter."""

from __future__ import annotations

import pytest

from domain import messages
from domain.pooling import Recommendation

BUY = Recommendation("buy", 6000, by=20_100)


def opened(
    on_hand: int = 3000,
    days: tuple[float | None, float | None] = (2.4, 8.6),
    recommendation: Recommendation = BUY,
) -> str:
    return messages.opened(
        name="Retificador 48 V",
        site_id="TORRE-7",
        unit="UN",
        on_hand_milli=on_hand,
        position_milli=4000,
        reorder_point_milli=10_000,
        days=days,
        recommendation=recommendation,
    )


def test_an_order_says_how_much_and_by_when() -> None:
    assert opened() == (
        "Retificador 48 V em TORRE-7: falta em 2–9 dias. Estoque 3 UN, posição 4 UN, "
        "ponto de pedido 10 UN. Comprar 6 UN até 12/01/2025."
    )


@pytest.mark.parametrize(
    ("recommendation", "said"),
    [
        (
            Recommendation("transfer", 2000, from_site="DEP-SSA", hours=3.6),
            "Transferir 2 UN de DEP-SSA (chega em 4 h).",
        ),
        (
            Recommendation("transfer", 2000, from_site="DEP-SSA", hours=0.2),
            "Transferir 2 UN de DEP-SSA (chega em menos de 1 h).",
        ),
        (Recommendation("transfer", 2000, from_site="DEP-SSA"), "Transferir 2 UN de DEP-SSA."),
        (
            Recommendation("substitute", 2000, substitute_item="I9"),
            "Usar 2 UN do item I9, que sobra no local.",
        ),
        (Recommendation("buy", 1500), "Comprar 1,5 UN."),
    ],
)
def test_each_way_out_has_its_sentence(recommendation: Recommendation, said: str) -> None:
    assert opened(recommendation=recommendation).endswith(f"ponto de pedido 10 UN. {said}")


@pytest.mark.parametrize(
    ("on_hand", "days", "said"),
    [
        (0, (0.0, 0.0), "estoque zerado"),
        (-1000, (None, None), "estoque zerado"),
        (3000, (None, None), "abaixo do ponto de pedido, sem consumo previsto"),
        (3000, (12.0, None), "pode faltar a partir de 12 dias"),
        (3000, (12.0, 30.0), "falta em 12–30 dias"),
    ],
)
def test_when_it_runs_out_is_said_as_far_as_it_is_known(
    on_hand: int, days: tuple[float | None, float | None], said: str
) -> None:
    assert opened(on_hand, days).startswith(f"Retificador 48 V em TORRE-7: {said}. Estoque ")


def test_recovery_says_so() -> None:
    said = messages.recovered(name="Cabo", site_id="T1", unit="M", position_milli=1_250_500)
    assert said == "Cabo em T1: recuperado, posição 1.250,5 M."


@pytest.mark.parametrize(
    ("milli", "written"),
    [(0, "0 UN"), (1, "0,001 UN"), (-1500, "-1,5 UN"), (1_234_567_890, "1.234.567,89 UN")],
)
def test_quantities_are_written_as_brazil_writes_them(milli: int, written: str) -> None:
    assert messages.quantity(milli, "UN") == written
