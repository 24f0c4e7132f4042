"""One batch in, published and seen through cleaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from adapters.registry import RegistryCodecs
from operations.demo.clean_log import CleanLog
from operations.demo.expected import Coordinates, Sent
from producers.timeline import EventPublisher, TimedEvent
from schemas.topics import topics


def known_to(codecs: RegistryCodecs) -> None:
    """Fetch every raw schema before the first event needs it.

    Raises:
        TransientError: the registry is away.
    """
    for each in topics():
        if each.layer == "raw" and not each.is_dead_letter:
            codecs.codec(each.name)


def feed(
    batch: Sequence[TimedEvent],
    publisher: EventPublisher,
    clean_log: CleanLog,
    *,
    waiting: Callable[[], None],
    published: Sequence[Sent] = (),
) -> None:
    """Publish a batch; return when all that must come of it has come out of cleaning.

    What an earlier run had published of it is only waited for.

    `waiting` is called while nothing else can be done; it may raise to end the feeding.

    Raises:
        TransientError: nothing comes through any more.
        PlatformError: a record could not be delivered.
    """
    at: list[tuple[str, Coordinates]] = []

    def note(event_id: str, topic: str, partition: int, offset: int) -> None:
        at.append((event_id, (topic, partition, offset)))

    publisher.publish(unpublished(published, batch), note)
    publisher.flush()
    events = {event.event_id: event for event in batch}
    sent = [*published, *(Sent(events[event_id], where) for event_id, where in at)]
    clean_log.wait_for({each.at: each.outputs for each in sent}, waiting=waiting)


def unpublished(published: Sequence[Sent], batch: Sequence[TimedEvent]) -> Iterator[TimedEvent]:
    """Yield what of a batch is still to be published, in its order."""
    left = Counter((each.event.topic, each.event.event_id) for each in published)
    for event in batch:
        identity = event.topic, event.event_id
        if left[identity]:
            left[identity] -= 1
        else:
            yield event
