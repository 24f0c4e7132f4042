"""Where to read on: a sink's stored positions against what the broker holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import ConfigurationError
from sinks.log import Bounds, Coordinates, TopicDescription


@dataclass(frozen=True, slots=True)
class Resumption:
    """The offsets to read from, and how many records expired before they were read."""

    offsets: dict[Coordinates, int]
    expired: dict[Coordinates, int]


def resume(
    stored: Mapping[Coordinates, int | None], bounds: Mapping[Coordinates, Bounds], *, store: str
) -> Resumption:
    """Return where to read on, given the next offset that each partition of the store wants.

    Raises:
        ConfigurationError: the store is ahead of the broker, which therefore lost records.
    """
    offsets: dict[Coordinates, int] = {}
    expired: dict[Coordinates, int] = {}
    for each, bound in bounds.items():
        wanted = stored.get(each)
        if wanted is None:
            offsets[each] = bound.low
        elif wanted > bound.high:
            msg = (
                f"{store} has read {each[0]}/{each[1]} up to {wanted}, but the broker ends at "
                f"{bound.high}: restore the broker's data, or move {store} away to start over"
            )
            raise ConfigurationError(msg)
        else:
            offsets[each] = max(wanted, bound.low)
            if wanted < bound.low:
                expired[each] = bound.low - wanted
    return Resumption(offsets, expired)


def refuse_other_broker(
    stored_ids: Mapping[str, str], described: Mapping[str, TopicDescription], *, store: str
) -> None:
    """Refuse a store that was written from another broker's topics.

    Raises:
        ConfigurationError: naming the first such topic, and what to do.
    """
    for name, stored_id in sorted(stored_ids.items()):
        now = described.get(name)
        if now is not None and now.topic_id != stored_id:
            msg = (
                f"{store} was written from another broker: {name} had topic id {stored_id} and "
                f"now has {now.topic_id}. Start the broker whose data it belongs to, or move "
                f"{store} away to start over"
            )
            raise ConfigurationError(msg)


def all_partitions(described: Mapping[str, TopicDescription]) -> list[Coordinates]:
    """Return the coordinates of every partition of the topics."""
    return [(name, each) for name, topic in described.items() for each in range(topic.partitions)]
