"""One partition's fold: who is looked at, and what is kept for the shell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import RejectedEventError
from domain.facts import FactKind, StockFact
from domain.rejection import Rejection
from domain.stock.decide import KeyState, Parameters
from domain.stock.decision import Decision
from domain.stock.masters import World
from domain.stock.policy import Policy
from stream_processors.stock.fold import PartitionFold
from tests.fakes.facts import FIRST_DAY, SteadyDemand, fact, tick


class Partition:
    """A fold whose states are stored when `store` says so."""

    def __init__(self) -> None:
        self.stored: dict[str, KeyState] = {}
        self.offset = -1
        parameters = Parameters(Policy(), SteadyDemand(7000.0))
        self.fold = PartitionFold(0, World(), parameters, self.stored.get)

    def tell(self, *facts: StockFact) -> list[Decision]:
        decisions: list[Decision] = []
        for each in facts:
            self.offset += 1
            decisions = list(self.fold.fold(each, self.offset))
        return decisions

    def store(self) -> None:
        self.stored.update(self.fold.changed)
        self.fold.stored()


def counted(item: str, site: str) -> StockFact:
    return fact(f"{item}{site}", FactKind.COUNTED, 0, 99_000, item_id=item, site_id=site)


def ordered(item: str, site: str, due: int) -> StockFact:
    return fact(
        f"order-{item}{site}", FactKind.ORDER_PLACED, 0, 1000, item_id=item, site_id=site,
        order_id=f"P-{item}{site}", line="1", due_on=FIRST_DAY + due,
    )  # fmt: skip


def keys(decisions: list[Decision]) -> list[str]:
    return [f"{each.item.item_id}|{each.site.site_id}" for each in decisions]


@pytest.fixture
def partition() -> Partition:
    known = Partition()
    known.tell(*(counted(item, site) for item in ("I1", "I2") for site in ("S1", "S2")))
    return known


def test_each_fact_decides_about_its_own_key(partition: Partition) -> None:
    assert keys(partition.tell(fact("a", FactKind.ISSUED, 1, 1))) == ["I1|S1"]


def test_a_new_item_master_looks_at_its_keys_in_one_order(partition: Partition) -> None:
    changed = fact("m", FactKind.ITEM_CHANGED, 1, item_id="I2", site_id=None)
    assert keys(partition.tell(changed)) == ["I2|S1", "I2|S2"]


def test_a_new_site_master_looks_at_the_keys_of_the_site(partition: Partition) -> None:
    changed = fact("m", FactKind.SITE_CHANGED, 1, item_id=None, site_id="S1")
    assert keys(partition.tell(changed)) == ["I1|S1", "I2|S1"]


def test_a_new_prior_looks_at_the_keys_of_its_item_and_is_stored(partition: Partition) -> None:
    changed = fact("p", FactKind.PRIOR_CHANGED, 1, item_id="I2", site_id=None, prior_weeks=8.0)
    assert keys(partition.tell(changed)) == ["I2|S1", "I2|S2"]
    assert partition.tell(changed) == []
    assert partition.fold.world_facts == [changed]


def test_a_tick_looks_at_nobody_who_did_not_ask_for_it(partition: Partition) -> None:
    assert partition.tell(tick(1)) == []


def test_a_tick_looks_at_those_who_are_due_and_once(partition: Partition) -> None:
    partition.tell(ordered("I1", "S1", due=3), ordered("I2", "S2", due=60))
    assert partition.tell(tick(11)) == []
    assert keys(partition.tell(tick(11.2))) == ["I1|S1"]
    assert partition.tell(tick(12)) == []


def test_a_repeated_broadcast_is_no_news(partition: Partition) -> None:
    changed = fact("m", FactKind.ITEM_CHANGED, 1, item_id="I2", site_id=None)
    assert partition.tell(changed)
    assert partition.tell(changed) == []
    assert len(partition.fold.world_facts) == 1


def test_keys_that_are_stored_are_found_again_by_item_site_and_date(partition: Partition) -> None:
    partition.tell(ordered("I1", "S1", due=3))
    partition.store()
    again = Partition()
    again.stored, again.offset = partition.stored, partition.offset
    again.fold.load = again.stored.get
    again.fold.restore(again.stored.values())
    changed = fact("m", FactKind.SITE_CHANGED, 1, item_id=None, site_id="S2")
    assert keys(again.tell(changed)) == ["I1|S2", "I2|S2"]
    assert keys(again.tell(tick(11.2))) == ["I1|S1"]


def test_only_what_changed_is_left_to_store(partition: Partition) -> None:
    partition.store()
    assert partition.fold.changed == {}
    partition.tell(fact("a", FactKind.ISSUED, 1, 1), fact("a", FactKind.ISSUED, 1, 1), tick(2))
    assert set(partition.fold.changed) == {"I1|S1"}
    assert [each.kind for each in partition.fold.world_facts] == [FactKind.TICK]


def test_what_is_too_late_changes_nothing_and_the_next_fact_counts(partition: Partition) -> None:
    partition.tell(tick(500))
    partition.store()
    with pytest.raises(RejectedEventError):
        partition.tell(fact("late", FactKind.ISSUED, 1, 1))
    assert partition.fold.changed == {}
    (decision,) = partition.tell(fact("in time", FactKind.ISSUED, 499, 1000))
    assert decision.position.on_hand_milli == 98_000


def test_one_site_does_not_hide_anothers_emptiness(partition: Partition) -> None:
    (decision,) = partition.tell(fact("a", FactKind.ISSUED, 1, 99_000))
    assert decision.position.on_hand_milli == 0
    assert decision.below_reorder_point


def test_a_correction_that_moves_its_target_is_kept_decided_on_and_refused(
    partition: Partition,
) -> None:
    leg = {"transfer_id": "T1", "counterpart_site_id": "S2"}
    out = fact("out", FactKind.TRANSFERRED_OUT, 1, 1000, **leg)
    partition.tell(out)
    moved = replace(out, event_id="moved", corrects="out", counterpart_site_id="S9")
    decisions = partition.fold.fold(moved, 99)
    assert next(decisions).flags[-1] == "correction_moves_key"
    with pytest.raises(RejectedEventError) as refused:
        next(decisions)
    assert refused.value.reason == Rejection.CORRECTION_MOVES_KEY
    assert partition.fold.changed["I1|S1"].ledger.knows("moved")
    assert list(partition.fold.fold(moved, 100)) == []


def test_a_conflicting_duplicate_changes_nothing(partition: Partition) -> None:
    partition.store()
    with pytest.raises(RejectedEventError) as refused:
        partition.tell(replace(counted("I1", "S1"), quantity_milli=1))
    assert refused.value.reason == Rejection.CONFLICTING_DUPLICATE
    assert partition.fold.changed == {}
