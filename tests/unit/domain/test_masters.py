"""Masters: the newest version, whatever the order, and what is assumed without one."""

from __future__ import annotations

from itertools import permutations

import pytest

from domain.facts import FactKind, StockFact
from domain.stock.masters import Item, World
from tests.fakes.facts import at, fact, tick


def item(event_id: str, recorded: float, **fields: object) -> StockFact:
    return fact(
        event_id, FactKind.ITEM_CHANGED, 0, recorded_at=at(recorded), site_id=None, **fields
    )


def test_the_newest_version_holds_whatever_the_order() -> None:
    versions = [item("a", 1, name="A"), item("c", 2, name="C"), item("b", 2, name="B"), tick(3)]
    for order in permutations(versions):
        world = World()
        for each in order:
            world.learn(each)
        assert (world.item("I1").name, world.item("I1").version) == ("C", "c")
        assert world.tick == at(3)


def test_a_repetition_or_an_older_version_is_no_news() -> None:
    world = World()
    assert world.learn(item("b", 2))
    assert not world.learn(item("b", 2))
    assert not world.learn(item("a", 1))


def test_the_clock_does_not_go_back() -> None:
    world = World()
    assert world.learn(tick(2))
    assert not world.learn(tick(1))
    assert not world.learn(tick(2))
    assert (world.tick, world.tick_id) == (at(2), "tick-2")


def test_what_a_master_leaves_out_is_assumed_and_a_zero_is_not_left_out() -> None:
    world = World()
    world.learn(item("a", 1, lead_time_days=0.0))
    assert world.item("I1").lead_time_days == 0.0
    assert world.item("I1").lead_time_spread_days == Item("x").lead_time_spread_days


def test_an_unknown_site_is_a_pool_of_its_own() -> None:
    world = World()
    assert world.site("S1").pool_id == "site:S1"
    world.learn(fact("s", FactKind.SITE_CHANGED, 0, item_id=None, pool_id=None))
    assert world.site("S1").pool_id == "site:S1"
    assert world.site("S1").version == "s"


def test_a_fact_about_one_key_is_no_master() -> None:
    with pytest.raises(ValueError, match="about one key"):
        World().learn(fact("a", FactKind.ISSUED, 0, 1))
