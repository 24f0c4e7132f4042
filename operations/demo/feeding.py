"""Batches in, published and seen through cleaning one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from operations.demo.clean_log import CleanLog, Coordinates
from producers.timeline import TimedEvent, TimelinePublisher

OnFed = Callable[[int], None]  # events fed so far


def feed(
    batches: Iterable[Sequence[TimedEvent]],
    publisher: TimelinePublisher,
    clean_log: CleanLog,
    *,
    on_fed: OnFed,
    interrupted: Callable[[], None],
) -> int:
    """Publish each batch once the one before it is through cleaning; return how many batches.

    `interrupted` is called while waiting; it raises to end the feeding.

    Raises:
        TransientError: nothing comes through any more.
        PlatformError: a record could not be delivered.
    """
    fed, count = 0, 0
    for count, batch in enumerate(batches, start=1):  # noqa: B007  the last one is the answer
        sent: list[tuple[str, Coordinates]] = []

        def note(
            event_id: str,
            topic: str,
            partition: int,
            offset: int,
            into: list[object] = sent,  # type: ignore[assignment]  # bound at once
        ) -> None:
            into.append((event_id, (topic, partition, offset)))

        publisher.publish(batch, on_delivered=note)
        publisher.flush()
        clean_log.wait_for(sent, waiting=interrupted)
        fed += len(batch)
        on_fed(fed)
    return count
