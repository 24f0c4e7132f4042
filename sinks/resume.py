"""Where to read on: a sink's stored positions against what the broker holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.errors import ConfigurationError
from sinks.log import Bounds, Coordinates, TopicDescription


@dataclass(frozen=True, slots=True)
class Resumption:
    """The offsets to read from, and how many records expired before they were read."""

    offsets: dict[Coordinates, int]
    expired: dict[Coordinates, int]


@dataclass(slots=True)
class Backlog:
    """What the log held when a session began and the store does not hold yet."""

    _left: dict[Coordinates, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, offsets: Mapping[Coordinates, int], bounds: Mapping[Coordinates, Bounds]
    ) -> Backlog:
        """Return what lies between the offsets to read from and the ends of now."""
        behind = {at: (offset, bounds[at].high) for at, offset in offsets.items()}
        return cls({at: each for at, each in behind.items() if each[0] < each[1]})

    @property
    def records(self) -> int:
        """How many are still to come; where a log is compacted, at most."""
        return sum(end - now for now, end in self._left.values())

    def stored(self, next_offsets: Mapping[Coordinates, int]) -> None:
        """Note how far the store has come."""
        for at, offset in next_offsets.items():
            if at in self._left:
                end = self._left[at][1]
                self._left[at] = (offset, end)
                if offset >= end:
                    del self._left[at]


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
