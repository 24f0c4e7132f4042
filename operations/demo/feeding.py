"""Batches in, published and seen through cleaning one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from operations.demo.clean_log import CleanLog, Coordinates
from producers.timeline import EventPublisher, TimedEvent

OnFed = Callable[[int], None]  # events fed so far


def feed(
    batches: Iterable[Sequence[TimedEvent]],
    publisher: EventPublisher,
    clean_log: CleanLog,
    *,
    on_fed: OnFed,
    waiting: Callable[[], None],
) -> None:
    """Publish each batch once the one before it is through cleaning.

    `waiting` is called while nothing else can be done; it may raise to end the feeding.

    Raises:
        TransientError: nothing comes through any more.
        PlatformError: a record could not be delivered.
    """
    fed = 0
    for batch in batches:
        sent: list[tuple[str, Coordinates]] = []
        publisher.publish(batch, _noted_in(sent))
        publisher.flush()
        clean_log.wait_for(sent, waiting=waiting)
        fed += len(batch)
        on_fed(fed)


def _noted_in(sent: list[tuple[str, Coordinates]]) -> Callable[[str, str, int, int], None]:
    def note(event_id: str, topic: str, partition: int, offset: int) -> None:
        sent.append((event_id, (topic, partition, offset)))

    return note
