"""Fed in batches, the log of each key has one order only, whatever interleaves within a batch."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from operations.demo.batches import batches, touched_keys
from producers.timeline import TimedEvent

TICKS, ITEMS = "raw.clock-tick.v1", "raw.item.v1"
STOCK = ("raw.stock-movement.v1", "raw.stock-count.v1", "raw.purchase-order.v1")


@st.composite
def events(draw: st.DrawFn) -> TimedEvent:
    topic = draw(st.sampled_from((TICKS, ITEMS, *STOCK, *STOCK)))
    if topic in (TICKS, ITEMS):
        return TimedEvent(topic, "x", {})
    item, site = draw(st.sampled_from("IJ")), draw(st.sampled_from("ABC"))
    record = {"item_id": item, "site_id": site}
    if topic == STOCK[0]:
        record["counterpart_site_id"] = draw(st.sampled_from(["D", None]))
    return TimedEvent(topic, f"{item}|{site}", record)


def keys_of(event: TimedEvent) -> list[str]:
    if event.topic in (TICKS, ITEMS):
        return ["everything"]
    return touched_keys(event.topic, event.record)


@given(st.lists(events(), max_size=40))
def test_nothing_is_lost_and_each_key_keeps_its_order(history: list[TimedEvent]) -> None:
    fed = list(chain.from_iterable(batches(history)))
    assert sorted(map(id, fed)) == sorted(map(id, history))
    for key in {key for event in history for key in keys_of(event)}:
        mine = [id(event) for event in history if key in keys_of(event)]
        assert [id(event) for event in fed if key in keys_of(event)] == mine


@given(st.lists(events(), max_size=40))
def test_within_a_batch_one_partition_keeps_the_order_of_a_key(history: list[TimedEvent]) -> None:
    for batch in batches(history):
        lanes: dict[str, set[tuple[str, str]]] = {}
        for event in batch:
            for key in keys_of(event):
                lanes.setdefault(key, set()).add((event.topic, event.key))
        assert all(len(of_key) == 1 for of_key in lanes.values())


@given(st.lists(events(), max_size=40))
def test_nothing_overtakes_a_tick_or_a_master(history: list[TimedEvent]) -> None:
    fed = list(chain.from_iterable(batches(history)))
    for number, event in enumerate(history):
        if event.topic in (TICKS, ITEMS):
            before = {id(each) for each in history[:number]}
            at = [id(each) for each in fed].index(id(event))
            assert {id(each) for each in fed[:at]} == before
