"""Checks that every kind of raw record shares. They raise; what they return can be used."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any
from unicodedata import category

from domain.errors import RejectedEventError
from domain.instants import DAY, from_datetime, to_datetime
from domain.quantities import LARGEST_MILLI
from domain.rejection import Rejection
from schemas.codec import Record
from schemas.requisition_rules import normalise_code
from stream_processors.cleaning.records import RawRecord

# Longer than any code that a person types; it keeps a broken export out of keys and indexes.
LONGEST_ID = 200
_LONGEST_NAME = 500
# Past it a timestamp is a typing error, and libraries that count nanoseconds overflow.
_LATEST_INSTANT = from_datetime(datetime(2200, 1, 1, tzinfo=UTC))
_LATEST_DAY = _LATEST_INSTANT // DAY
_CLOCK_TOLERANCE = DAY  # clocks and time zones differ by less
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
        "occurred_at": instant(record, "occurred_at"),
        "recorded_at": not_in_future(instant(record, "recorded_at"), raw),
        "source": identifier(record, "source"),
        "corrects": optional_identifier(record, "corrects"),
        "upload_id": None if upload is None else identifier(record, "upload_id"),
        "raw_topic": raw.topic,
        "raw_partition": raw.partition,
        "raw_offset": raw.offset,
    }


def not_in_future(moment: int, raw: RawRecord) -> int:
    """Return an instant that the broker's own clock had reached, a day of tolerance apart.

    Raises:
        RejectedEventError: `recorded_in_future`.
    """
    if moment > raw.arrived_at + _CLOCK_TOLERANCE:
        detail = f"recorded {_shown(moment)}, but it arrived {_shown(raw.arrived_at)}"
        raise RejectedEventError(Rejection.RECORDED_IN_FUTURE, detail)
    return moment


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


def day(record: Record, field: str) -> int:
    """Return a day, as days since 1970-01-01.

    Raises:
        RejectedEventError: `invalid_date`.
    """
    number: int = record[field]
    if not 0 < number < _LATEST_DAY:
        raise RejectedEventError(Rejection.INVALID_DATE, f"{field} {number} days since 1970")
    return number


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


def instant(record: Record, field: str) -> int:
    """Return an instant between 1970 and 2200.

    Raises:
        RejectedEventError: `invalid_date`.
    """
    value: int = record[field]
    if not 0 < value < _LATEST_INSTANT:
        detail = f"{field} {_shown(value)} is not between 1970 and 2200"
        raise RejectedEventError(Rejection.INVALID_DATE, detail)
    return value


def _shown(moment: int) -> str:
    try:
        return to_datetime(moment).isoformat(timespec="minutes")
    except OverflowError:
        return f"{moment} µs since 1970"


def one_of(record: Record, field: str, allowed: frozenset[str], reason: Rejection) -> str:
    """Return a trimmed text of a closed set.

    Raises:
        RejectedEventError: for the given reason; the detail lists the set.
    """
    text: str = record[field].strip()
    if text not in allowed:
        detail = f"{field} {text[:LONGEST_ID]!r} is none of {', '.join(sorted(allowed))}"
        raise RejectedEventError(reason, detail)
    return text


def named(record: Record, field: str, reason: Rejection) -> str:
    """Return a trimmed text for people, which is neither empty nor absurdly long.

    Raises:
        RejectedEventError: for the given reason.
    """
    text: str = record[field].strip()
    if not text or len(text) > _LONGEST_NAME:
        raise RejectedEventError(reason, f"{field} has {len(text)} characters")
    return text


def _checked(text: str, field: str) -> str:
    if not text:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{field} is empty")
    if len(text) > LONGEST_ID:
        raise RejectedEventError(Rejection.INVALID_KEY, f"{field} has {len(text)} characters")
    return text
