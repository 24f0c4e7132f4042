"""Checks that every kind of raw record shares. They raise; what they return can be used."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any
from unicodedata import category

from domain.errors import RejectedEventError
from domain.instants import DAY, from_datetime
from domain.quantities import LARGEST_MILLI
from domain.rejection import Rejection
from schemas.codec import Record
from schemas.requisition_rules import normalise_code
from stream_processors.cleaning.records import RawRecord

# Longer than any code that a person types; it keeps a broken export out of keys and indexes.
LONGEST_ID = 200
# Past it a timestamp is a typing error, and libraries that count nanoseconds overflow.
_LATEST_INSTANT = from_datetime(datetime(2200, 1, 1, tzinfo=UTC))
_LATEST_DAY = _LATEST_INSTANT // DAY
_CLOCK_TOLERANCE = DAY  # clocks and time zones differ by less
_MICROSECONDS_IN_MS = 1000
_KEY_SEPARATOR = "|"
_PRECISIONS = frozenset({"instant", "day"})

OCCURRED_AFTER_RECORDED = "occurred_after_recorded"


def provenance(record: Record, raw: RawRecord) -> dict[str, Any]:
    """Return the fields that every clean record takes over from its raw record.

    Raises:
        RejectedEventError: `invalid_key`, `invalid_date` or `recorded_in_future`.
    """
    upload = record["upload_id"]
    return {
        "event_id": identifier(record, "event_id"),
        "occurred_at": _instant(record, "occurred_at"),
        "recorded_at": not_in_future(_instant(record, "recorded_at"), raw),
        "source": identifier(record, "source"),
        "corrects": optional_identifier(record, "corrects"),
        "upload_id": None if upload is None else identifier(record, "upload_id"),
        "raw_topic": raw.topic,
        "raw_partition": raw.partition,
        "raw_offset": raw.offset,
    }


def not_in_future(instant: int, raw: RawRecord) -> int:
    """Return an instant that the broker's own clock had reached, a day of tolerance apart.

    Raises:
        RejectedEventError: `recorded_in_future`.
    """
    received_at = raw.timestamp_ms * _MICROSECONDS_IN_MS
    if instant > received_at + _CLOCK_TOLERANCE:
        detail = f"{instant} µs, but the record arrived at {received_at} µs"
        raise RejectedEventError(Rejection.RECORDED_IN_FUTURE, detail)
    return instant


def time_flags(common: dict[str, Any]) -> str:
    """Return the flag of a fact that was learnt before it was true: odd, but usable."""
    late = common["occurred_at"] > common["recorded_at"] + _CLOCK_TOLERANCE
    return OCCURRED_AFTER_RECORDED if late else ""


def identifier(record: Record, field: str) -> str:
    """Return a trimmed text that identifies something.

    Raises:
        RejectedEventError: `invalid_key`, empty or absurdly long.
    """
    return _checked(str(record[field]).strip(), field)


def optional_identifier(record: Record, field: str) -> str | None:
    """Return a trimmed identifier, or None where the source gives none."""
    text = record[field]
    return None if text is None or not text.strip() else identifier(record, field)


def code(record: Record, field: str) -> str:
    """Return a normalised item or site code.

    Raises:
        RejectedEventError: `invalid_key`, also for the character that separates the two codes
            of a partition key: under it two different pairs could share a key.
    """
    text = _checked(normalise_code(record[field]) or "", field)
    if _KEY_SEPARATOR in text:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{field} {text!r} holds a '|'")
    if any(category(character) == "Cc" for character in text):
        # The stock worker keeps what belongs to no key under names that begin with one.
        detail = f"{field} {text!r} holds a control character"
        raise RejectedEventError(Rejection.INVALID_KEY, detail)
    return text


def precision(record: Record) -> str:
    """Return how exactly a time is known.

    Raises:
        RejectedEventError: `invalid_date`.
    """
    text: str = record["precision"]
    if text not in _PRECISIONS:
        raise RejectedEventError(Rejection.INVALID_DATE, f"precision {text[:LONGEST_ID]!r}")
    return text


def quantity(record: Record, *, least: int | None = None) -> int:
    """Return a quantity in thousandths, of which sums stay far below what a long holds.

    Raises:
        RejectedEventError: `invalid_quantity`.
    """
    milli: int = record["quantity_milli"]
    if abs(milli) > LARGEST_MILLI or (least is not None and milli < least):
        raise RejectedEventError(Rejection.INVALID_QUANTITY, f"{milli} thousandths")
    return milli


def due_day(record: Record) -> int:
    """Return the day on which something is due, as days since 1970-01-01.

    Raises:
        RejectedEventError: `invalid_date`.
    """
    day: int = record["due_on"]
    if not 0 < day < _LATEST_DAY:
        raise RejectedEventError(Rejection.INVALID_DATE, f"due_on {day} days since 1970")
    return day


def master_number(record: Record, field: str, *, least: float, most: float) -> float:
    """Return a number of a master, within its bounds.

    Raises:
        RejectedEventError: `invalid_master`, also for NaN and the infinities.
    """
    value = float(record[field])
    if not math.isfinite(value) or not least <= value <= most:
        detail = f"{field} {value:g} is not between {least:g} and {most:g}"
        raise RejectedEventError(Rejection.INVALID_MASTER, detail)
    return value


def _instant(record: Record, field: str) -> int:
    value: int = record[field]
    if not 0 < value < _LATEST_INSTANT:
        raise RejectedEventError(Rejection.INVALID_DATE, f"{field} {value} µs since 1970")
    return value


def _checked(text: str, field: str) -> str:
    if not text:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{field} is empty")
    if len(text) > LONGEST_ID:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{field} has {len(text)} characters")
    return text
