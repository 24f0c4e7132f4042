"""Valid records of any topic, with only what a test is about spelt out."""

from __future__ import annotations

import json
from typing import Any

from schemas.codec import Record
from schemas.topics import topic

_ZEROS: dict[str, Any] = {"string": "", "int": 0, "long": 0, "double": 0.0, "boolean": False}


def record_of(topic_name: str, **fields: Any) -> Record:
    """Return a record in which every field not given is null, empty or zero."""
    schema = json.loads(str(topic(topic_name).value_schema_json))
    record = {each["name"]: _zero(each["type"]) for each in schema["fields"]}
    unknown = set(fields) - set(record)
    assert not unknown, f"{topic_name} has no {unknown}"
    return {**record, **fields}


def a_fact(event_id: str, **fields: Any) -> Record:
    given = {"kind": "issued", "item_id": "I1", "site_id": "S1", "quantity_milli": 1500}
    return record_of("clean.stock-fact.v1", event_id=event_id, **{**given, **fields})


def a_position(caused_by: str, **fields: Any) -> Record:
    given = {"item_id": "I1", "site_id": "S1", "unit": "UN", "region": "BA", "action": "none"}
    return record_of("state.stock-position.v1", caused_by=caused_by, **{**given, **fields})


def an_estimate(caused_by: str, **fields: Any) -> Record:
    given = {"item_id": "I1", "site_id": "S1", "model": "online"}
    return record_of("state.demand-estimate.v1", caused_by=caused_by, **{**given, **fields})


def an_alert(event_id: str, **fields: Any) -> Record:
    given = {"alert_id": "A1", "transition": "opened", "state": "opened", "action": "buy"}
    key = {"item_id": "I1", "site_id": "S1", "message": "Comprar 2 UN até amanhã."}
    return record_of("alert.stockout.v1", event_id=event_id, **{**given, **key, **fields})


def a_job_alert(event_id: str, **fields: Any) -> Record:
    given = {"job": "compaction", "module": "compaction_jobs", "transition": "failed"}
    return record_of("alert.job-failed.v1", event_id=event_id, **{**given, **fields})


def _zero(avro: Any) -> Any:
    match avro:
        case ["null", _]:
            return None
        case {"type": str(inner)}:
            return _ZEROS[inner]
        case _:
            return _ZEROS[avro]
