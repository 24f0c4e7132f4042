"""One decoded record in, the rows of the read model that it means out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.kafka.headers import DLQ_DETAIL, DLQ_OFFSET, DLQ_PARTITION, DLQ_REASON, DLQ_TOPIC
from domain.errors import RejectedEventError
from domain.facts import BROADCAST
from domain.rejection import Rejection
from schemas.codec import Record
from sinks.log import LogRecord

FACTS = "clean.stock-fact.v1"
POSITIONS = "state.stock-position.v1"
ESTIMATES = "state.demand-estimate.v1"
ALERTS = "alert.stockout.v1"


@dataclass(frozen=True, slots=True)
class Row:
    """Values for the columns of one table; those that the table lacks are ignored."""

    table: str
    values: Mapping[str, Any]


def rows_of(record: LogRecord, decoded: Record) -> Iterator[Row]:
    """Yield the rows that one decoded record means; a broadcast fact means none.

    Raises:
        RejectedEventError: a number is not finite, or a keyed fact has no key.
    """
    _require_finite(decoded)
    values = {**decoded, "published_at": record.timestamp_us}
    match record.topic:
        case "clean.stock-fact.v1":
            if decoded["kind"] not in BROADCAST:
                yield _fact(record, values)
        case "state.stock-position.v1":
            yield Row("position", values)
        case "state.demand-estimate.v1":
            yield Row("demand_estimate", values)
        case "alert.stockout.v1":
            yield Row("alert_transition", values)
            yield Row("alert", values)
        case _:
            msg = f"no rows are made from {record.topic}"
            raise ValueError(msg)


def dead_letter_row(record: LogRecord) -> Row:
    """Return the row of a dead letter; without usable headers it goes by its own coordinates."""
    said = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
    item_id, site_id = _key_parts(record.key)
    about: dict[str, Any] = {
        "published_at": record.timestamp_us,
        "item_id": item_id,
        "site_id": site_id,
    }
    try:
        about |= {
            "source_topic": said[DLQ_TOPIC],
            "source_partition": int(said[DLQ_PARTITION]),
            "source_offset": int(said[DLQ_OFFSET]),
            "reason": said[DLQ_REASON],
            "detail": said.get(DLQ_DETAIL, ""),
        }
    except (KeyError, ValueError) as error:
        about |= {
            "source_topic": record.topic,
            "source_partition": record.partition,
            "source_offset": record.offset,
            "reason": str(Rejection.UNDECODABLE),
            "detail": f"a dead letter without usable headers: {error!r}",
        }
    return Row("dead_letter", about)


def _fact(record: LogRecord, values: dict[str, Any]) -> Row:
    if not values["item_id"] or not values["site_id"]:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{values['kind']} without item or site")
    values |= {"log_partition": record.partition, "log_offset": record.offset}
    return Row("fact", values)


def _key_parts(key: bytes | None) -> tuple[str | None, str | None]:
    try:
        item_id, bar, site_id = (key or b"").decode().rpartition("|")
    except UnicodeDecodeError:
        return None, None
    return (item_id, site_id) if bar and item_id and site_id else (None, None)


def _require_finite(decoded: Record) -> None:
    for name, value in decoded.items():
        if isinstance(value, float) and not math.isfinite(value):
            # SQLite keeps "not a number" as NULL, and JSON has no word for either.
            raise RejectedEventError(Rejection.UNDECODABLE, f"{name} is {value}")
