"""The headers that every event carries, and those of a dead letter."""

from __future__ import annotations

from domain.identity import stable_id
from domain.instants import to_datetime

Headers = list[tuple[str, bytes]]

TRACEPARENT = "traceparent"
DLQ_REASON, DLQ_DETAIL = "dlq_reason", "dlq_detail"
DLQ_TOPIC, DLQ_PARTITION, DLQ_OFFSET = "dlq_topic", "dlq_partition", "dlq_offset"
DLQ_TIMESTAMP, DLQ_SCHEMA_ID = "dlq_timestamp", "dlq_schema_id"


def event_headers(
    *,
    event_id: str,
    event_type: str,
    source: str,
    occurred_at: int,
    traceparent: bytes | None = None,
) -> Headers:
    """Return the CloudEvents headers of one event, and the trace that it belongs to.

    Args:
        event_id: its identity.
        event_type: the topic.
        source: who says so.
        occurred_at: when it was true.
        traceparent: of the event that caused it. Without one a trace begins here, whose ids
            follow from the event's id: the same event always has the same trace.
    """
    return [
        ("ce_id", event_id.encode()),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_time", to_datetime(occurred_at).isoformat().encode()),
        (TRACEPARENT, traceparent or _begun_by(event_id)),
    ]


def _begun_by(event_id: str) -> bytes:
    trace = stable_id("trace", event_id)
    return f"00-{trace}-{trace[:16]}-01".encode()


def dead_letter_headers(
    *,
    reason: str,
    detail: str,
    topic: str,
    partition: int,
    offset: int,
    timestamp_ms: int,
    schema_id: int | None,
) -> Headers:
    """Return what a dead letter says beside the original bytes, which are its value."""
    return [
        (DLQ_REASON, reason.encode()),
        (DLQ_DETAIL, detail.encode()),
        (DLQ_TOPIC, topic.encode()),
        (DLQ_PARTITION, str(partition).encode()),
        (DLQ_OFFSET, str(offset).encode()),
        (DLQ_TIMESTAMP, str(timestamp_ms).encode()),
        (DLQ_SCHEMA_ID, b"" if schema_id is None else str(schema_id).encode()),
    ]
