"""The hops in the order of the data. What each reads and writes, the topics themselves say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schemas.topics import topics


@dataclass(frozen=True)
class HopPlace:
    """One hop: the component that it is, and the module that the topics name."""

    name: str
    component: str
    module: str | None

    @cached_property
    def reads(self) -> list[str]:
        """The topics that name it as a consumer."""
        return [each.name for each in topics() if self.module in each.consumers]

    @cached_property
    def writes(self) -> list[str]:
        """The topics that name it as a producer, apart from dead letters."""
        if self.module is None:
            return []
        written = [each for each in topics() if not each.is_dead_letter]
        return [each.name for each in written if self.module in each.producers]


class Sources(HopPlace):
    """Everything that writes raw topics, seen where it arrives."""

    @cached_property
    def writes(self) -> list[str]:
        """The raw topics."""
        return [e.name for e in topics() if e.layer == "raw" and not e.is_dead_letter]


SOURCES = Sources("sources", "broker", None)
HOPS = (
    SOURCES,
    HopPlace("cleaning", "cleaning", "stream_processors.cleaning"),
    HopPlace("stock", "stock", "stream_processors.stock"),
    HopPlace("pooling", "pooling", "stream_processors.pooling"),
    HopPlace("lakehouse", "lakehouse", "sinks.lakehouse"),
    HopPlace("live-view", "live-view", "sinks.live_view"),
    HopPlace("webhooks", "webhooks", "sinks.webhooks"),
    HopPlace("api", "api", None),
)
MONITOR = "monitor"
# Read by several, a topic's dead letters are counted at the first that refuses its records.
_REFUSED_BY = {"raw": "cleaning", "clean.stock-fact.v1": "stock", "decision": "pooling"}


def refused_by(topic: str) -> str:
    """Return the component at whose hop a topic's dead letters are counted.

    >>> [refused_by(t) for t in ("raw.item.v1", "clean.stock-fact.v1", "state.stock-position.v1")]
    ['cleaning', 'stock', 'lakehouse']
    """
    layer = topic.partition(".")[0]
    return _REFUSED_BY.get(topic) or _REFUSED_BY.get(layer) or "lakehouse"
