"""The facts by hand that the tests of gold know every number of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from producers.calendar import days_of
from tests.integration.lake_on_disk import LakeOnDisk, Row, at, calendar_day, fact


def counted_and_late() -> list[Row]:
    return [
        fact("late-c1", "counted", at(1), item_id="late", quantity_milli=10_000),
        fact("late-i1", "issued", at(2, 9), item_id="late", quantity_milli=3_000),
        fact("late-c2", "counted", at(3), item_id="late", quantity_milli=5_000),
        fact("late-same", "issued", at(3), item_id="late", quantity_milli=1_000),
        fact("late-r1", "received", at(4), item_id="late", quantity_milli=4_000),
        # Learnt last: it changes day 2, and what the count of day 3 differed from, nothing else.
        fact("late-i2", "issued", at(2, 20), item_id="late", quantity_milli=2_000),
        fact("late-i2", "issued", at(2, 20), item_id="late", quantity_milli=2_000),
    ]


def corrected() -> list[Row]:
    def issue(event_id: str, day: int, quantity: int, **more: object) -> Row:
        named = {"document": "D", "line": event_id, "quantity_milli": quantity}
        return fact(event_id, "issued", at(day), item_id="fix", **(named | more))

    return [
        fact("fix-c", "counted", at(1), item_id="fix", quantity_milli=100_000),
        issue("k1", 2, 1_000),
        issue("k2", 3, 2_000, corrects="k1", recorded_at=at(5)),
        issue("k3", 4, 4_000, corrects="D/k1", recorded_at=at(6)),  # wins: recorded later
        issue("k4", 4, 7_000),
        issue("k5", 4, 0, corrects="k4"),  # cancels
        issue("k6", 5, 9_000, corrects="k7"),  # a circle leaves nothing
        issue("k7", 5, 9_000, corrects="k6"),
    ]


def moved() -> list[Row]:
    leg = {"item_id": "move", "transfer_id": "T1"}
    return [
        fact("m-c", "counted", at(1), item_id="move", site_id="A", quantity_milli=9_000),
        fact(
            "m-out",
            "transferred_out",
            at(2),
            site_id="A",
            counterpart_site_id="B",
            quantity_milli=5_000,
            **leg,
        ),
        fact(
            "m-out/inbound",
            "inbound_expected",
            at(2),
            site_id="B",
            counterpart_site_id="A",
            quantity_milli=5_000,
            **leg,
        ),
        # Another transfer than the one that it corrects: refused, and it moves nothing.
        fact(
            "m-moves",
            "transferred_out",
            at(3),
            item_id="move",
            site_id="A",
            counterpart_site_id="B",
            transfer_id="T2",
            quantity_milli=9_000,
            corrects="m-out",
        ),
        fact("m-in", "transferred_in", at(4), site_id="B", quantity_milli=4_000, **leg),
    ]


def ordered_and_asked() -> list[Row]:
    order = {"item_id": "ask", "order_id": "O", "line": "1"}
    line = {"item_id": "ask", "line_id": "L"}
    return [
        fact("o1", "order_placed", at(1), quantity_milli=8_000, **order),
        fact("o2", "order_partially_received", at(3), quantity_milli=6_000, **order),
        fact("o3", "order_received", at(5), quantity_milli=6_000, **order),
        fact("r1", "requested", at(1), quantity_milli=2_000, **line),
        fact("r2", "requested", at(2), quantity_milli=2_000, **line),  # a later export
        fact("s1", "reserved", at(2), item_id="ask", quantity_milli=3_000),
        fact("s2", "released", at(3), item_id="ask", quantity_milli=1_000),
    ]


def at_night() -> Row:
    # 02:30 in Greenwich is still the evening before in São Paulo.
    return fact(
        "night",
        "received",
        datetime(2025, 6, 2, 2, 30, tzinfo=UTC),
        item_id="night",
        quantity_milli=1_000,
    )


def masters() -> list[Row]:
    item = {"item_id": "late", "site_id": None}
    site = {"item_id": None, "site_id": "S"}
    return [
        fact("i-new", "item_changed", at(2), name="Cabo", family="CABOS", **item),
        fact("i-old", "item_changed", at(1), name="Cabo velho", family="CABOS", **item),
        fact("s-1", "site_changed", at(1), name="Torre", site_kind="tower", region="BA", **site),
    ]


def sealed_off() -> list[Row]:
    return [
        fact("tick", "tick", at(1) + timedelta(days=500), item_id=None, site_id=None),
        fact("too-late", "received", at(1), item_id="old", quantity_milli=1_000),
        fact(
            "in-time",
            "received",
            at(1) + timedelta(days=101),
            item_id="old",
            quantity_milli=2_000,
        ),
    ]


def calendar() -> list[Row]:
    """Return the calendar of 2025 and the next year, a day of it twice as after a long pause."""
    published = [
        calendar_day(day.observed_on, day.name, region=day.region, category=day.category)
        for year in (2025, 2026)
        for day in days_of(year)
    ]
    return [*published, dict(published[0])]


def fill(lake: LakeOnDisk) -> None:
    lake.write_days(*calendar())
    lake.write_facts(*masters(), *counted_and_late(), *moved()[:1], *moved()[2:], partition=0)
    lake.write_facts(*masters(), *corrected(), *moved()[1:2], at_night(), partition=1)
    lake.write_facts(*ordered_and_asked(), *sealed_off(), partition=2)
