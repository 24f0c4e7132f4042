"""One raw record in, what becomes of it out: clean records, or exactly one dead letter.

Pure: what the record and its coordinates say decides, never the time at which it is cleaned,
so a replay of the raw log writes the same records.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import RejectedEventError
from schemas.codec import Record
from stream_processors.cleaning.calendar_days import clean_calendar_day
from stream_processors.cleaning.masters import clean_item, clean_site
from stream_processors.cleaning.movements import clean_count, clean_movement
from stream_processors.cleaning.orders import clean_order
from stream_processors.cleaning.outputs import dead_letter
from stream_processors.cleaning.priors import clean_prior
from stream_processors.cleaning.records import CleanOutput, Decode, RawRecord
from stream_processors.cleaning.requisitions import clean_requisition_line
from stream_processors.cleaning.ticks import clean_tick

Cleaner = Callable[[Record, RawRecord], list[CleanOutput]]
_CLEANERS: dict[str, Cleaner] = {
    "raw.requisition-line.v1": clean_requisition_line,
    "raw.stock-movement.v1": clean_movement,
    "raw.stock-count.v1": clean_count,
    "raw.purchase-order.v1": clean_order,
    "raw.item.v1": clean_item,
    "raw.site.v1": clean_site,
    "raw.clock-tick.v1": clean_tick,
    "raw.calendar-day.v1": clean_calendar_day,
    "raw.demand-prior.v1": clean_prior,
}
RAW_TOPICS = tuple(_CLEANERS)


def clean(raw: RawRecord, *, decode: Decode) -> list[CleanOutput]:
    """Return the records that one raw record becomes.

    Args:
        raw: the record as received.
        decode: (topic, framed bytes) to record; raises `RejectedEventError` for bytes that
            cannot be read. Its `TransientError` passes through: an outage is no dead letter.
    """
    try:
        return _CLEANERS[raw.topic](decode(raw.topic, raw.value), raw)
    except RejectedEventError as error:
        return [dead_letter(raw, error)]


def cleaner_of(topic_name: str) -> Cleaner:
    """Return the function that cleans the records of one raw topic.

    Raises:
        KeyError: nothing cleans it.
    """
    return _CLEANERS[topic_name]
