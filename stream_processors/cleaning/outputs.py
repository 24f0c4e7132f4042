"""How an outcome is written: its topic, key, headers and the id that makes a repeat harmless."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from adapters.kafka.headers import TRACEPARENT, dead_letter_headers, event_headers
from domain.errors import RejectedEventError
from domain.facts import BROADCAST, FactKind, StockFact, fact_key
from domain.identity import stable_id
from domain.rejection import Rejection
from schemas.codec import schema_id_of
from schemas.partitioning import broadcast_keys
from schemas.topics import topic
from stream_processors.cleaning.records import CleanOutput, HeaderPairs, RawRecord

STOCK_FACTS = "clean.stock-fact.v1"
REQUISITION_LINES = "clean.requisition-line.v1"
CALENDAR_DAYS = "clean.calendar-day.v1"
CLEAN_TOPICS = (STOCK_FACTS, REQUISITION_LINES, CALENDAR_DAYS)

_FACT_FIELDS = tuple(field.name for field in fields(StockFact))
# The id of a request is made of the whole line, an announcement goes with its out-leg.
_NAMED_BY_ALL_THEY_SAY = frozenset({FactKind.REQUESTED, FactKind.INBOUND_EXPECTED})
_NOT_SAID = frozenset(
    {"recorded_at", "upload_id", "flags", "raw_topic", "raw_partition", "raw_offset"}
)
_CONFLICT = RejectedEventError(
    Rejection.CONFLICTING_DUPLICATE, "its event_id stands with other content, and the first holds"
)
# What was found is for a person to read; a header must not outgrow the record it explains.
_DETAIL_CHARACTERS = 500


def fact_outputs(fact: StockFact, raw: RawRecord) -> list[CleanOutput]:
    """Return the fact under its key, or under one key a partition where all must hear it."""
    value = {name: getattr(fact, name) for name in _FACT_FIELDS}
    value["kind"] = fact.kind.value
    headers = _headers(STOCK_FACTS, value, raw)
    if fact.kind not in BROADCAST:
        key = fact_key(fact.item_id or "", fact.site_id or "").encode()
        dedupe_id = f"{STOCK_FACTS}|{fact.event_id}"
        if fact.kind in _NAMED_BY_ALL_THEY_SAY:
            return [CleanOutput(STOCK_FACTS, dedupe_id, key, value, headers)]
        content, refusal = _content(fact), dead_letter(raw, _CONFLICT).headers
        return [CleanOutput(STOCK_FACTS, dedupe_id, key, value, headers, content, refusal)]
    keys = broadcast_keys(topic(STOCK_FACTS).partitions)
    return [
        CleanOutput(STOCK_FACTS, f"{STOCK_FACTS}#{partition}|{fact.event_id}", key, value, headers)
        for partition, key in enumerate(keys)
    ]


def _content(fact: StockFact) -> str:
    """Return what two facts share that say the same: when it was learnt may be a default."""
    said = (f"{name}={getattr(fact, name)!r}" for name in _FACT_FIELDS if name not in _NOT_SAID)
    return stable_id(*said)[:16]  # Flink remembers one for every fact


def line_output(line: dict[str, Any], raw: RawRecord) -> CleanOutput:
    """Return a clean requisition line under the key of its stock."""
    return _output(REQUISITION_LINES, fact_key(line["item_id"], line["site_id"]), line, raw)


def calendar_output(day: dict[str, Any], raw: RawRecord) -> CleanOutput:
    """Return a clean calendar day under its region."""
    return _output(CALENDAR_DAYS, day["region"], day, raw)


def dead_letter(raw: RawRecord, error: RejectedEventError) -> CleanOutput:
    """Return the record as received, with where it was and why it was refused."""
    target = topic(raw.topic).dead_letter
    assert target is not None  # the catalogue refuses a topic without one
    reasons = dead_letter_headers(
        reason=str(error.reason),
        detail=error.detail[:_DETAIL_CHARACTERS],
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        timestamp_ms=raw.timestamp_ms,
        schema_id=_schema_id(raw.value),
    )
    dedupe_id = f"{target}|{raw.partition}|{raw.offset}"
    return CleanOutput(target, dedupe_id, raw.key, raw.value, (*raw.headers, *reasons))


def _output(target: str, key: str, value: dict[str, Any], raw: RawRecord) -> CleanOutput:
    dedupe_id = f"{target}|{value['event_id']}"
    return CleanOutput(target, dedupe_id, key.encode(), value, _headers(target, value, raw))


def _headers(target: str, value: dict[str, Any], raw: RawRecord) -> HeaderPairs:
    # The trace began where the event did; only an event without one begins it here.
    return tuple(
        event_headers(
            event_id=value["event_id"],
            event_type=target,
            source=value["source"],
            occurred_at=value["occurred_at"],
            traceparent=raw.header(TRACEPARENT),
        )
    )


def _schema_id(value: bytes | None) -> int | None:
    try:
        return schema_id_of(value)
    except RejectedEventError:
        return None
