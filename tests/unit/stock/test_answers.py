"""What the worker keeps and what the API folds from all facts are one number."""

from __future__ import annotations

from random import Random

import pytest

from domain.facts import BROADCAST, StockFact
from domain.rejection import Rejection
from domain.stock.decision import Decision, Position
from domain.stock.hindsight import Moment, stock_then
from tests.fakes.facts import entries
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import PARAMETERS, Shell


def folded(log: list[StockFact]) -> Shell:
    shell = Shell(log)
    shell.run(batch_size=50)
    return shell


def last_decisions(shell: Shell) -> dict[tuple[str, str], Decision]:
    return {(each.item.item_id, each.site.site_id): each for each in shell.outputs}


def accepted(log: list[StockFact], shell: Shell, key: tuple[str, str]) -> list[StockFact]:
    """Return the facts of a key that were not too late."""
    refused = {offset for offset, reason in shell.dead_letters if reason == Rejection.TOO_LATE}
    return [
        fact
        for offset, fact in enumerate(log)
        if fact.kind not in BROADCAST
        and offset not in refused
        and (fact.item_id, fact.site_id) == key
    ]


@pytest.mark.parametrize("seed", range(25))
def test_as_of_the_end_is_what_the_worker_says_now(seed: int) -> None:
    log = a_log(Random(seed), 120)
    shell = folded(log)
    for key, decision in last_decisions(shell).items():
        then = stock_then(
            entries(*accepted(log, shell, key)),
            Moment(now=decision.occurred_at),
            lead_time_days=decision.item.lead_time_days,
            policy=PARAMETERS.policy,
        )
        held = then.balance
        assert decision.position == Position(
            held.on_hand_milli, then.on_order_milli, held.in_transit_milli, held.reserved_milli
        )
        assert decision.facts == then.facts


def test_in_some_of_these_logs_the_horizon_has_folded_facts() -> None:
    states = [
        state for seed in range(25) for state in folded(a_log(Random(seed), 120)).states().values()
    ]
    openings = [state.ledger.opening for state in states if state is not None]
    assert sum(opening is not None and opening.facts > 5 for opening in openings) > 5
