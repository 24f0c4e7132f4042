"""Events in the order of time in, batches out within which order does not matter.

Kafka keeps order within a partition only, and the job before the log reads many. Whatever is
sent together may be interleaved in any way, so two events that touch one key go together only
where one partition keeps them in order. Fed that way, the log of each key, and with it every
decision, is the same in every run: after a crash, on a slower machine, tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from domain.facts import fact_key
from producers.timeline import TimedEvent
from schemas.codec import Record
from schemas.requisition_rules import MISSING_DEPOT, normalise_code

# What every key sees: masters and ticks. Nothing may overtake them, nor they anything.
# The calendar, which no key sees, goes alone too: it has no key to be ordered by.
_ALL = frozenset({"raw.item.v1", "raw.site.v1", "raw.clock-tick.v1", "raw.calendar-day.v1"})


def batches(events: Iterable[TimedEvent]) -> Iterator[list[TimedEvent]]:
    """Yield all events; those of one key keep their order, those of different keys need not."""
    for topic, run in groupby(events, key=lambda event: event.topic if event.topic in _ALL else ""):
        if topic:
            yield list(run)
        else:
            yield from _levels(run)


def _levels(events: Iterable[TimedEvent]) -> list[list[TimedEvent]]:
    """Return as few batches as the order of every key allows.

    An event goes with the last of its key where they share a lane (a topic and key, so a
    partition), and one batch after it where they do not.
    """
    levels: list[list[TimedEvent]] = []
    last: dict[str, tuple[int, tuple[str, str]]] = {}
    for event in events:
        lane = (event.topic, event.key)
        keys = touched_keys(event.topic, event.record)
        before = [last[key] for key in keys if key in last]
        level = max((at if held == lane else at + 1 for at, held in before), default=0)
        if level == len(levels):
            levels.append([])
        levels[level].append(event)
        last.update(dict.fromkeys(keys, (level, lane)))
    return levels


def touched_keys(topic: str, record: Record) -> list[str]:
    """Return the keys whose stock a raw event is about; a transfer is about two."""
    if topic == "raw.requisition-line.v1":
        item = normalise_code(record["item"]) or ""
        return [fact_key(item, normalise_code(record["depot"]) or MISSING_DEPOT)]
    keys = [fact_key(record["item_id"], record["site_id"])]
    counterpart = record.get("counterpart_site_id")
    return keys if counterpart is None else [*keys, fact_key(record["item_id"], counterpart)]
