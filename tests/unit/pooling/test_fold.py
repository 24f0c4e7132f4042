"""Decisions of one pool in, alerts with a way out."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Codec, Record
from schemas.topics import topic
from stream_processors.pooling.fold import PoolFold
from stream_processors.pooling.packing import PoolState, pack, unpack
from tests.unit.pooling.decisions import a_log, decision, step


class Pool:
    """A fold of one partition with its table."""

    def __init__(self) -> None:
        self.table: dict[str, bytes] = {}
        self.offset = -1
        self.fold = PoolFold(self.load)

    def load(self, key: str) -> PoolState | None:
        return unpack(self.table[key]) if key in self.table else None

    def tell(self, *decisions: Record) -> Record | None:
        alert = None
        for each in decisions:
            self.offset += 1
            alert = self.fold.fold(each, self.offset)
        return alert

    def alert(self, *decisions: Record) -> Record:
        found = self.tell(*decisions)
        assert found is not None
        return found


@pytest.fixture
def pool() -> Pool:
    return Pool()


def test_a_decision_without_a_transition_is_heard_and_says_nothing(pool: Pool) -> None:
    assert pool.tell(decision("DEP", 1, 20_000)) is None
    assert pool.alert(step("opened", "T1", 2, 1000))["from_site"] == "DEP"


def test_an_alert_carries_the_way_out_and_what_it_was_judged_by(pool: Pool) -> None:
    alert = pool.alert(decision("DEP", 7, 20_000), step("opened", "T1", 8, 1000))
    assert (alert["action"], alert["quantity_milli"]) == ("transfer", 8000)
    assert alert["seen"] == "DEP=0@7"
    assert alert["event_id"] == "I1-T1-8"
    assert alert["message"] == (
        "Peça I1 em T1: abaixo do ponto de pedido, sem consumo previsto. Estoque 1 UN, posição "
        "1 UN, ponto de pedido 5 UN. Transferir 8 UN de DEP (chega em menos de 1 h)."
    )


def test_an_alert_fits_its_topic(pool: Pool) -> None:
    codec = Codec(str(topic("alert.stockout.v1").value_schema_json), 1)
    for each in (step("opened", "T1", 1, 1000), step("recovered", "T1", 2, 9000)):
        alert = pool.alert(each)
        assert codec.decode(codec.encode(alert)) == alert


def test_one_surplus_is_not_promised_twice(pool: Pool) -> None:
    pool.tell(decision("DEP", 1, 15_000))  # 10 to spare
    assert pool.alert(step("opened", "T1", 2, 1000))["action"] == "transfer"  # takes 8
    assert pool.alert(step("opened", "T2", 3, 1000))["action"] == "buy"


def test_a_promise_ends_when_its_alert_recovers(pool: Pool) -> None:
    pool.tell(decision("DEP", 1, 15_000), step("opened", "T1", 2, 1000))
    recovered = pool.alert(step("recovered", "T1", 3, 9000))
    assert (recovered["action"], recovered["state"]) == ("none", "recovered")
    assert recovered["message"] == "Peça I1 em T1: recuperado, posição 9 UN."
    assert pool.alert(step("opened", "T2", 4, 1000))["action"] == "transfer"


def test_a_substitute_is_promised_too_and_freed_on_recovery(pool: Pool) -> None:
    spare = decision("T1", 1, 10_000, item="I9")  # 5 to spare on the same shelf
    first = pool.alert(spare, step("opened", "T1", 2, 1000, substitutes="I8;I9"))
    assert (first["action"], first["substitute_item"]) == ("substitute", "I9")
    other = step("opened", "T1", 3, 1000, item="I2", substitutes="I9")
    assert pool.alert(other)["action"] == "buy"
    pool.tell(step("recovered", "T1", 4, 9000, substitutes="I8;I9"))
    again = step("opened", "T1", 5, 1000, item="I3", substitutes="I9")
    assert pool.alert(again)["substitute_item"] == "I9"


def test_other_pools_do_not_help(pool: Pool) -> None:
    pool.tell(decision("DEP", 1, 20_000, pool_id="SP"))
    assert pool.alert(step("opened", "T1", 2, 1000))["action"] == "buy"


def test_what_is_folded_in_already_is_skipped(pool: Pool) -> None:
    opened = step("opened", "T1", 2, 1000)
    pool.tell(opened)
    assert pool.fold.fold(opened, 0) is None


def test_a_repetition_at_a_new_offset_does_not_find_its_own_promise_in_the_way(pool: Pool) -> None:
    opened = step("opened", "T1", 2, 1000)
    pool.tell(decision("DEP", 1, 15_000))
    assert pool.alert(opened)["action"] == "transfer"
    assert pool.tell(opened) is None
    assert pool.fold.changed["BA|I1"].pool.promises.keys() == {"alert-I1-T1"}


def test_a_repetition_of_old_news_does_not_undo_new_ones(pool: Pool) -> None:
    old = decision("DEP", 1, 20_000)
    pool.tell(old, decision("DEP", 5, 5000), old)
    assert pool.alert(step("opened", "T1", 6, 1000))["action"] == "buy"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 12), max_size=6))
def test_killed_anywhere_it_publishes_every_alert_under_its_one_id(
    seed: int, deaths: list[int]
) -> None:
    """Alerts first, pools after, the acknowledgement last; a death keeps a prefix of that."""
    log = a_log(Random(seed))
    wanted = [alert for each in [Pool()] for item in log if (alert := each.tell(item))]
    table: dict[str, bytes] = {}
    published: list[Record] = []
    acknowledged = 0
    for steps in [*deaths, 10**6]:
        batch = list(enumerate(log))[acknowledged : acknowledged + (8 if steps < 10**6 else 10**6)]
        fold = PoolFold(lambda key: unpack(table[key]) if key in table else None)
        alerts = [alert for offset, each in batch if (alert := fold.fold(each, offset))]
        writes = [(key, pack(state)) for stage in fold.stages for key, state in stage.items()]
        published += alerts[:steps]
        table.update(writes[: max(steps - len(alerts), 0)])
        if steps > len(alerts) + len(writes):
            acknowledged += len(batch)
    assert {each["event_id"] for each in published} == {each["event_id"] for each in wanted}
    assert acknowledged == len(log)
