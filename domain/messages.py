"""Sentences for operators, in Portuguese: what, why, what to do, by when."""

from __future__ import annotations

from domain.instants import SAO_PAULO, day_of, to_datetime
from domain.pooling import Recommendation
from domain.quantities import MILLI

_CONFIGURATION = 2  # the exit code that asks for a person


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


def job_failed(
    *, job: str, why: str, ended_at: int, failures_in_a_row: int, next_due_at: int, runbook: str
) -> str:
    """Return what an alert says of a job that did not do its work."""
    times = "" if failures_in_a_row == 1 else f", a {failures_in_a_row}ª vez seguida"
    return (
        f"A tarefa {job} {why} em {local_time(ended_at)}{times}. "
        f"Próxima execução: {local_time(next_due_at)}. O que fazer: {runbook}."
    )


def job_recovered(*, job: str, ended_at: int, failures: int) -> str:
    """Return what an alert says of a job that works again."""
    after = "uma falha" if failures == 1 else f"{failures} falhas seguidas"
    return f"A tarefa {job} voltou a funcionar em {local_time(ended_at)}, depois de {after}."


def why_a_job_failed(*, outcome: str, exit_code: int) -> str:
    """Return what became of a run, for the middle of a sentence.

    >>> why_a_job_failed(outcome="failed", exit_code=-9)
    'foi encerrada pelo sinal 9'
    """
    if outcome == "differs":
        return "terminou com diferenças"
    if exit_code < 0:
        return f"foi encerrada pelo sinal {-exit_code}"
    if exit_code == _CONFIGURATION:
        return "recusou a configuração"
    return f"falhou com o código {exit_code}"


def local_time(instant: int) -> str:
    """Return an instant as an operator in São Paulo reads it.

    >>> local_time(1741716000000000)
    '11/03/2025 15:00'
    """
    return f"{to_datetime(instant).astimezone(SAO_PAULO):%d/%m/%Y %H:%M}"


def _when(on_hand_milli: int, days: tuple[float | None, float | None]) -> str:
    early, late = days
    if on_hand_milli <= 0:
        return "estoque zerado"
    if early is None:
        return "abaixo do ponto de pedido, sem consumo previsto"
    if late is None:
        return f"pode faltar a partir de {early:.0f} dias"
    return f"falta em {early:.0f}–{late:.0f} dias"


def _on_the_way(recommendation: Recommendation) -> str:
    if recommendation.hours is None:
        return ""
    whole = round(recommendation.hours)
    return f" (chega em {whole} h)" if whole else " (chega em menos de 1 h)"


def _what(recommendation: Recommendation, unit: str) -> str:
    amount = quantity(recommendation.quantity_milli, unit)
    match recommendation.action:
        case "transfer":
            return f"Transferir {amount} de {recommendation.from_site}{_on_the_way(recommendation)}"
        case "substitute":
            return f"Usar {amount} do item {recommendation.substitute_item}, que sobra no local"
        case _:
            by = recommendation.by
            return f"Comprar {amount}" + (f" até {day_of(by):%d/%m/%Y}" if by is not None else "")
