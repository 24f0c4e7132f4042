"""The raw topics in, what an interrupted batch has published already out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from adapters.kafka import KafkaSettings, whole_topics
from operations.demo.expected import Coordinates, Sent
from producers.timeline import TimedEvent
from schemas.topics import topics

Event = tuple[str, str]  # topic, event_id


def in_flight(
    settings: KafkaSettings, before: Iterable[TimedEvent], batch: Sequence[TimedEvent]
) -> list[Sent]:
    """Return those events of a batch that the log has, where an end came before the mark.

    Raises:
        TransientError: the broker cannot be read.
    """
    return already(held(settings), before, batch)


def already(
    log: dict[Event, list[Coordinates]], before: Iterable[TimedEvent], batch: Sequence[TimedEvent]
) -> list[Sent]:
    """Return those events of a batch that lie in the log beyond all that came before it.

    A line that the source says twice is two records with one id, so they are counted.

    Args:
        log: where each event lies, once for each of its records.
        before: all that was published before the batch.
        batch: what was being published.
    """
    left = {identity: list(places) for identity, places in log.items()}
    for identity, times in Counter((each.topic, each.event_id) for each in before).items():
        del left.get(identity, [])[:times]
    found = []
    for event in batch:
        places = left.get((event.topic, event.event_id))
        if places:
            found.append(Sent(event, places.pop(0)))
    return found


def held(settings: KafkaSettings) -> dict[Event, list[Coordinates]]:
    """Return where each event of every raw topic lies, in the order of its partition.

    Raises:
        TransientError: the broker cannot be read.
    """
    found: defaultdict[Event, list[Coordinates]] = defaultdict(list)
    raw = [each.name for each in topics() if each.layer == "raw" and not each.is_dead_letter]
    for message in whole_topics(settings, raw, client_id="operations.demo.published"):
        at = message.topic(), message.partition(), message.offset()
        event_id = dict(message.headers() or ())["ce_id"].decode()
        found[message.topic(), event_id].append(at)
    return found
