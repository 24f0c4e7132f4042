"""Events in the order of time in, batches out within which order does not matter.

Kafka keeps order within a partition only, and the job before the log reads many. Whatever is
sent together may be interleaved in any way, so two events that touch one key go together only
where one partition keeps them in order. Fed that way, the log of each key, and with it every
decision, is the same in every run: after a crash, on a slower machine, tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.facts import fact_key
from producers.timeline import TimedEvent
from schemas.codec import Record
from schemas.requisition_rules import MISSING_DEPOT, normalise_code

_Lane = tuple[str, str]  # topic, key: what one partition keeps in order
# What every key sees: masters and ticks.
_ALL = frozenset({"raw.item.v1", "raw.site.v1", "raw.clock-tick.v1"})


def batches(events: Iterable[TimedEvent], *, most: int = 5000) -> Iterator[list[TimedEvent]]:
    """Yield the events in their order, cut as seldom as order allows."""
    batch: list[TimedEvent] = []
    lanes: dict[str, _Lane] = {}
    for event in events:
        if event.topic in _ALL:
            if batch and (batch[-1].topic != event.topic or len(batch) >= most):
                yield batch
                batch, lanes = [], {}
            batch.append(event)
            continue
        lane = (event.topic, event.key)
        keys = touched_keys(event.topic, event.record)
        crosses = any(lanes.get(key, lane) != lane for key in keys)
        if batch and (crosses or batch[-1].topic in _ALL or len(batch) >= most):
            yield batch
            batch, lanes = [], {}
        batch.append(event)
        lanes.update(dict.fromkeys(keys, lane))
    if batch:
        yield batch


def touched_keys(topic: str, record: Record) -> list[str]:
    """Return the keys whose stock a raw event is about; a transfer is about two."""
    if topic == "raw.requisition-line.v1":
        item = normalise_code(record["item"]) or ""
        return [fact_key(item, normalise_code(record["depot"]) or MISSING_DEPOT)]
    keys = [fact_key(record["item_id"], record["site_id"])]
    counterpart = record.get("counterpart_site_id")
    return keys if counterpart is None else [*keys, fact_key(record["item_id"], counterpart)]
