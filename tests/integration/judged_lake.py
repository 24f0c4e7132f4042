"""A small lake that keeps every expectation, and rows that each break one by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.integration.lake_on_disk import (
    DAYS,
    FACTS,
    LINES,
    REQUISITIONS,
    LakeOnDisk,
    Row,
    at,
    calendar_day,
    fact,
)

NOW = at(1)


def moved(event_id: str, **more: Any) -> Row:
    booked = {"document": "D", "line": event_id, "quantity_milli": 1_000}
    return {**fact(event_id, "issued", NOW), **booked, **more}


def item(event_id: str, **more: Any) -> Row:
    master = {
        "site_id": None, "name": "Cabo", "family": "CABOS", "unit": "M", "unit_cost_brl": 12.5,
        "lead_time_days": 7.0, "lead_time_spread_days": 2.0, "min_order_quantity_milli": 1_000,
        "criticality": "A", "substitutes": "",
    }  # fmt: skip
    return {**fact(event_id, "item_changed", NOW), **master, **more}


def site(event_id: str, **more: Any) -> Row:
    master = {
        "item_id": None, "name": "Torre", "site_kind": "tower", "region": "BA", "pool_id": "P",
        "operator": "OP", "contract_value_brl_month": 5_000.0, "fine_rate": 0.1,
        "response_hours": 4.0, "latitude": -12.97, "longitude": -38.5,
    }  # fmt: skip
    return {**fact(event_id, "site_changed", NOW), **master, **more}


def line(event_id: str, **more: Any) -> Row:
    said = {
        "kind": None, "raw_topic": REQUISITIONS, "raw_partition": 0, "raw_offset": 7,
        "line_id": f"line of {event_id}", "requisition": "4711", "quantity_milli": 2_000,
        "unit": "UN", "is_service": False, "row": 2, "requested_on": date(2025, 5, 30),
        "requisitioned_on": date(2025, 5, 31), "purchased_on": None,
    }  # fmt: skip
    return {**fact(event_id, "", NOW), **said, **more}


def day(event_id: str, **more: Any) -> Row:
    placed = {"event_id": event_id, "raw_partition": 0, "raw_offset": 7}
    return {**calendar_day(date(2025, 4, 21), "Tiradentes"), **placed, **more}


def transfer(event_id: str, **more: Any) -> Row:
    leg = {"kind": "transferred_out", "transfer_id": "T", "counterpart_site_id": "B"}
    return moved(event_id, **{**leg, **more})


def order(event_id: str, **more: Any) -> Row:
    placed = {"kind": "order_placed", "order_id": "O", "due_on": date(2025, 7, 1)}
    return moved(event_id, **{**placed, **more})


def write_good(lake: LakeOnDisk) -> None:
    """Write what must not be complained about, odd as some of it is."""
    everybody_hears = [item("item"), site("site"), site("nowhere", latitude=None, longitude=None)]
    everybody_hears.append(fact("tick", "tick", NOW, item_id=None, site_id=None))
    for partition in (0, 1):
        lake.write_facts(*[dict(each) for each in everybody_hears], partition=partition)
    lake.write_facts(
        moved("issued"),
        moved("issued"),  # once more after a restart
        moved("cancelled", quantity_milli=0, corrects="D/issued"),
        moved("less", kind="adjusted", quantity_milli=-3_000),
        moved("old", occurred_at=datetime(1997, 1, 1, tzinfo=UTC), flags="date_out_of_range"),
        transfer("out"),
        order("order"),
    )
    lake.write_lines(line("asked"), line("service", unit="SR", is_service=True))
    lake.write_days(day("holiday"), day("optional", category="optional", region="SP"))


@dataclass(frozen=True, slots=True)
class Damage:
    """One row that breaks one expectation of one suite."""

    suite: str
    expectation: str
    row: Row


_SOON = NOW + timedelta(days=3)
# fmt: off
DAMAGES = (
    Damage("facts", "event_id_is_unique", moved("issued", quantity_milli=1_001)),
    Damage("facts", "event_id_is_present", moved(None)),  # type: ignore[arg-type]  # the damage
    Damage("facts", "kind_is_known", moved("d1", kind="stolen")),
    Damage("facts", "precision_is_known", moved("d2", precision="week")),
    Damage("facts", "site_id_is_present", moved("d3", site_id=None)),
    Damage("facts", "quantity_milli_is_present", moved("d4", quantity_milli=None)),
    Damage("facts", "quantity_milli_is_in_range", moved("d5", quantity_milli=-1)),
    Damage("facts", "adjusted_quantity_is_in_range",
           moved("d6", kind="adjusted", quantity_milli=-2 * 10**15)),
    Damage("facts", "item_id_is_well_formed", moved("d7", item_id="a|b")),
    Damage("facts", "occurred_at_is_in_range",
           moved("d8", occurred_at=datetime(1997, 1, 1, tzinfo=UTC))),
    Damage("facts", "recorded_at_is_not_in_the_future", moved("d9", recorded_at=_SOON)),
    Damage("facts", "corrects_is_not_event_id", moved("d10", corrects="d10")),
    Damage("facts", "transfer_id_is_present", transfer("d11", transfer_id=None)),
    Damage("facts", "counterpart_site_id_is_not_site_id", transfer("d12", counterpart_site_id="S")),
    Damage("facts", "due_on_is_present", order("d13", due_on=None)),
    Damage("facts", "due_on_is_in_range", order("d14", due_on=date(1925, 7, 1))),
    Damage("facts", "raw_topic_is_known", moved("d15", raw_topic="raw.theft.v1")),
    Damage("items", "unit_is_known", item("d20", unit="DÚZIA")),
    Damage("items", "criticality_is_known", item("d21", criticality="D")),
    Damage("items", "unit_cost_brl_is_in_range", item("d22", unit_cost_brl=-1.0)),
    Damage("items", "lead_time_days_is_present", item("d23", lead_time_days=None)),
    Damage("sites", "region_is_known", site("d30", region="XX")),
    Damage("sites", "fine_rate_is_in_range", site("d31", fine_rate=10.0)),
    Damage("sites", "latitude_is_in_range", site("d32", latitude=-38.5)),
    Damage("sites", "pool_id_is_present", site("d33", pool_id=None)),
    Damage("requisition_lines", "quantity_milli_is_in_range", line("d40", quantity_milli=0)),
    Damage("requisition_lines", "unit_is_known", line("d41", unit="??")),
    Damage("requisition_lines", "requested_on_is_in_range",
           line("d42", requested_on=date(1999, 12, 31))),
    Damage("requisition_lines", "line_id_is_present", line("d43", line_id=None)),
    Damage("calendar_days", "region_is_known", day("d50", region="Bahia")),
    Damage("calendar_days", "category_is_known", day("d51", category="bank")),
    Damage("calendar_days", "published_at_is_before_the_day", day("d52", published_at=_SOON)),
)
# fmt: on


def write_damages(lake: LakeOnDisk) -> None:
    topics = {"requisition_lines": LINES, "calendar_days": DAYS}
    for topic in (FACTS, LINES, DAYS):
        rows = [each.row for each in DAMAGES if topics.get(each.suite, FACTS) == topic]
        placed = [{"raw_partition": 0, "raw_offset": 99, **row} for row in rows]
        lake._write_silver(topic, placed, 0)
