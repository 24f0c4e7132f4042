"""Raw records that are right, to be spoilt one field at a time; and what cleaning makes of them."""

from __future__ import annotations

from typing import Any

from domain.instants import DAY, HOUR
from schemas.codec import Codec, Record
from schemas.requisition_rules import FIELDS, instants
from schemas.topics import topic
from stream_processors.cleaning.clean import RAW_TOPICS, clean
from stream_processors.cleaning.records import CleanOutput, RawRecord

NOW = 20_400 * DAY
CODECS = {
    name: Codec(topic(name).value_schema_json or "", number)
    for number, name in enumerate(RAW_TOPICS, start=1)
}

MOVEMENTS, COUNTS = "raw.stock-movement.v1", "raw.stock-count.v1"
ORDERS, REQUISITIONS = "raw.purchase-order.v1", "raw.requisition-line.v1"
CALENDAR = "raw.calendar-day.v1"
ITEMS, SITES, TICKS = "raw.item.v1", "raw.site.v1", "raw.clock-tick.v1"
PRIORS = "raw.demand-prior.v1"


def event(**changes: Any) -> Record:
    return {
        "event_id": "e1",
        "occurred_at": NOW - HOUR,
        "recorded_at": NOW,
        "source": "simulated",
        "corrects": None,
        "upload_id": None,
        **changes,
    }


def movement(**changes: Any) -> Record:
    return event(
        **{
            "item_id": "P-1",
            "site_id": "TWR-1",
            "document": "D1",
            "line": "1",
            "movement_type": "issued",
            "quantity_milli": 2000,
            "precision": "instant",
            "transfer_id": None,
            "counterpart_site_id": None,
            "order_id": None,
            **changes,
        }
    )


def transfer(**changes: Any) -> Record:
    leg = {"movement_type": "transferred_out", "transfer_id": "T1", "counterpart_site_id": "DEP-1"}
    return movement(**{**leg, **changes})


def count(**changes: Any) -> Record:
    return event(
        **{
            "item_id": "P-1",
            "site_id": "TWR-1",
            "document": "C1",
            "line": "1",
            "quantity_milli": 5000,
            "precision": "day",
            "cancelled": False,
            **changes,
        }
    )


def order(**changes: Any) -> Record:
    return event(
        **{
            "item_id": "P-1",
            "site_id": "DEP-1",
            "order_id": "PO-1",
            "line": "1",
            "status": "placed",
            "quantity_milli": 9000,
            "due_on": 20_030,
            **changes,
        }
    )


def item(**changes: Any) -> Record:
    return event(
        **{
            "item_id": "P-1",
            "name": "Fusível NH 00",
            "family": "ELÉTRICA",
            "unit": "pç",
            "unit_cost_brl": 12.5,
            "lead_time_days": 12.0,
            "lead_time_spread_days": 3.0,
            "min_order_quantity_milli": 1000,
            "criticality": "A",
            "substitutes": "P-2; p-3",
            **changes,
        }
    )


def site(**changes: Any) -> Record:
    return event(
        **{
            "site_id": "TWR-1",
            "name": "Torre 1",
            "site_kind": "tower",
            "region": "ba",
            "pool_id": "POOL-BA",
            "operator": "OP",
            "contract_value_brl_month": 5000.0,
            "fine_rate": 0.1,
            "response_hours": 4.0,
            "latitude": -12.97,
            "longitude": -38.5,
            **changes,
        }
    )


def prior(**changes: Any) -> Record:
    return event(
        **{
            "item_id": "P-1",
            "forecast_version": "20250720-5f0c7c2fa1b2",
            "model": "tsb",
            "mean_per_week_per_site": 0.4,
            "variance_per_week_per_site": 1.2,
            "prior_weeks": 6.5,
            **changes,
        }
    )


def requisition(**changes: Any) -> Record:
    cells: Record = {
        **dict.fromkeys(FIELDS),
        "depot": "dep-1",
        "item": " p-1 ",
        "material": "FUSIVEL",
        "family": "ELÉTRICA",
        "supplier": "FORN-0001",
        "quantity": "10",
        "unit": "UN",
        "requisition": "4711",
        "requisitioned_on": "2024-10-01",
        "purchased_on": "2024-10-03",
        "decimal_sign": ".",
        "file": "requisicoes.xlsx",
        "sheet": "Plan1",
        "row": 2,
    }
    cells |= {name: value for name, value in changes.items() if name in cells}
    occurred_at, recorded_at = instants(cells)
    common = event(source="erp", occurred_at=occurred_at, recorded_at=recorded_at)
    return {**common, **cells, **changes}


def calendar_day(**changes: Any) -> Record:
    return event(
        **{
            "source": "holidays",
            "observed_on": 20_405,
            "published_at": NOW - DAY,
            "region": "BR",
            "name": "Corpus Christi",
            "category": "optional",
            **changes,
        }
    )


GOOD: dict[str, Record] = {
    MOVEMENTS: movement(),
    COUNTS: count(),
    ORDERS: order(),
    ITEMS: item(),
    SITES: site(),
    TICKS: event(),
    CALENDAR: calendar_day(),
    PRIORS: prior(),
    REQUISITIONS: requisition(),
}


def received(topic_name: str, value: bytes | None, **changes: Any) -> RawRecord:
    return RawRecord(
        **{
            "topic": topic_name,
            "partition": 3,
            "offset": 42,
            "timestamp_ms": NOW // 1000,
            "key": b"P-1|TWR-1",
            "value": value,
            "headers": (("traceparent", b"00-from-the-source-01"),),
            **changes,
        }
    )


def cleaned(topic_name: str, record: Record, **changes: Any) -> list[CleanOutput]:
    """Return what becomes of a record that travelled as framed Avro."""
    framed = CODECS[topic_name].encode(record)
    return clean(received(topic_name, framed, **changes), decode=decode)


def fact(topic_name: str, record: Record) -> Record:
    """Return the only fact of a record."""
    (output,) = cleaned(topic_name, record)
    assert isinstance(output.value, dict), output
    return output.value


def refusal(topic_name: str, record: Record, **changes: Any) -> str:
    """Return why a record became a dead letter, and nothing else."""
    (output,) = cleaned(topic_name, record, **changes)
    assert output.topic == f"{topic_name}.dlq", output
    reason = dict(output.headers)["dlq_reason"]
    assert reason is not None
    return reason.decode()


def decode(topic_name: str, framed: bytes | None) -> Record:
    return CODECS[topic_name].decode(framed)
