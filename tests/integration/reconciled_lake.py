"""A lake that agrees with itself, written part by part, and what spoils it."""

from __future__ import annotations

from datetime import date

from tests.integration.lake_on_disk import (
    MOVEMENTS,
    RAW_DAYS,
    REQUISITIONS,
    LakeOnDisk,
    Row,
    at,
    calendar_day,
    fact,
    june,
    position,
    shared_spark,
)
from tests.integration.random_histories import random_history

KEYS = 20


def write_histories(lake: LakeOnDisk) -> None:
    for partition in (0, 1):
        history = random_history(partition, keys=KEYS, seed=partition)
        lake.write_facts(*history.facts, partition=partition)
        lake.write_positions(*history.positions, partition=partition)


def write_requisitions(lake: LakeOnDisk) -> None:
    """Write one line twice to raw, one that was refused, and one that became silver."""
    raw = {"topic": REQUISITIONS, "partition": 3}
    named = [{**raw, "event_id": event_id} for event_id in ("line-1", "line-1", "broken", "line-2")]
    first, _, broken, second = lake.write_raw(*named)
    lines = [
        line(event_id, offset, is_service=True)
        for event_id, offset in (("line-1", first), ("line-2", second))
    ]
    lake.write_lines(*lines)
    refused = {"topic": REQUISITIONS, "partition": 3, "offset": broken, "reason": "undated"}
    lake.write_dead_letters(refused, refused)  # a restart may refuse a record again


def write_calendar(lake: LakeOnDisk) -> None:
    """Write one day as two starts publish it: twice to raw, once to silver."""
    tiradentes = calendar_day(date(2025, 4, 21), "Tiradentes")
    raw = {"topic": RAW_DAYS, "partition": 0, "event_id": tiradentes["event_id"]}
    first, _ = lake.write_raw(raw, raw)
    lake.write_days({**tiradentes, "raw_partition": 0, "raw_offset": first})


def line(event_id: str, offset: int, *, is_service: bool) -> Row:
    """Return a requisition line as cleaning writes it; one that is no service owes a fact."""
    raw = {"raw_topic": REQUISITIONS, "raw_partition": 3, "raw_offset": offset}
    return fact(event_id, "", at(1), is_service=is_service, **raw)


def write_transfer(lake: LakeOnDisk) -> None:
    """Write a transfer that arrives short; its legs are keys of two partitions."""
    leg = {"item_id": "move", "transfer_id": "T"}
    out = fact(
        "out",
        "transferred_out",
        at(2),
        site_id="A",
        counterpart_site_id="B",
        quantity_milli=5_000,
        **leg,
    )
    announced = {**out, "event_id": "out/inbound", "kind": "inbound_expected", "site_id": "B"}
    arrived = fact("in", "transferred_in", at(4), site_id="B", quantity_milli=4_000, **leg)
    lake.write_facts(out, partition=4)
    lake.write_facts(announced, arrived, partition=5)
    lake.write_positions(
        position(0, item_id="move", site_id="A", log_partition=4, on_hand_milli=-5_000, facts=1),
        partition=4,
    )
    lake.write_positions(
        position(0, item_id="move", site_id="B", log_partition=5, in_transit_milli=5_000, facts=1),
        position(1, item_id="move", site_id="B", log_partition=5, on_hand_milli=4_000, facts=2),
        # Ahead of the facts in silver: nothing can be said of it yet.
        position(2, item_id="move", site_id="B", log_partition=5, on_hand_milli=1, facts=3),
        partition=5,
    )


def tamper(lake: LakeOnDisk) -> None:
    """Change numbers, and leave records out, one of each kind that the proof must name."""
    key = {"item_id": "spoilt", "quantity_milli": 2_000}
    lake.write_facts(
        fact("good", "received", at(1), **key),
        fact("lost", "received", at(2), **key),
        fact("next", "received", at(3), **key),
        partition=2,
    )
    where = {"item_id": "spoilt", "log_partition": 2}
    lake.write_positions(
        position(0, on_hand_milli=2_000, facts=1, **where),
        position(1, on_hand_milli=2_001, facts=2, **where),
        position(2, on_hand_milli=4_001, facts=3, **where),
        partition=2,
    )
    # A position that counts on an order which is not due before its item's next deliveries.
    far = {"quantity_milli": 9_000, "order_id": "O", "line": "1", "due_on": june(30)}
    lake.write_facts(fact("far", "order_placed", at(1), item_id="hopeful", **far), partition=6)
    hopeful = position(0, item_id="hopeful", log_partition=6, on_order_milli=9_000, facts=1)
    lake.write_positions(hopeful, partition=6)
    # The worker went past a fact without a position for its key; another it may yet decide on.
    ticks = [
        fact(f"tick-{minute}", "tick", at(1), item_id=None, site_id=None) for minute in range(1000)
    ]
    lake.write_facts(
        fact("passed", "received", at(1), item_id="unseen"),
        *ticks,
        fact("young", "received", at(1), item_id="behind"),
        fact("seen", "received", at(1), item_id="seen"),
        partition=3,
    )
    lake.write_positions(position(1002, item_id="seen", log_partition=3, facts=1), partition=3)
    # A line that asks for stock, of which only the line came through.
    (half,) = lake.write_raw({"topic": REQUISITIONS, "partition": 3, "event_id": "half"})
    lake.write_lines(line("half", half, is_service=False))
    # Raw records that went nowhere, and an offset that bronze never saw.
    lake.write_raw({"topic": MOVEMENTS, "partition": 0, "event_id": "nowhere"})
    lake.write_raw({"topic": RAW_DAYS, "partition": 0, "event_id": "no day"})
    lake._next[MOVEMENTS, 1] += 1
    lake.write_facts(fact("after-gap", "received", at(1), item_id="gap"), partition=1)
    gap = lake._next["clean.stock-fact.v1", 1] - 1
    lake.write_positions(position(gap, item_id="gap", log_partition=1, facts=1), partition=1)
    # An out-leg of which the destination was never told.
    unannounced = {"transfer_id": "T2", "counterpart_site_id": "B", "quantity_milli": 7_000}
    lake.write_facts(
        fact("untold", "transferred_out", at(5), item_id="move", site_id="A", **unannounced),
        partition=4,
    )
    told = position(1, item_id="move", site_id="A", log_partition=4, on_hand_milli=-12_000, facts=2)
    lake.write_positions(told, partition=4)
    shared_spark().sql(
        f"UPDATE delta.`{lake.root}/gold/fact_inventory` SET on_hand_end_milli = 1 "
        "WHERE item_id = 'move' AND site_id = 'B' AND date = DATE'2025-06-04'"
    )
