"""Who reads which topics, and where each keeps its position."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.topics import Topic, topics


class Keeps(StrEnum):
    """Where a component's position truly lives: what it goes on from after a kill."""

    GROUP = "the consumer group at the broker"
    LAKE = "the tables of the lake"
    LIVE_VIEW = "the read model"
    DELIVERY_LOG = "the delivery log of the webhooks"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One component that reads topics."""

    component: str
    module: str
    keeps: Keeps

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What it reads, by what the topics say of their consumers."""
        return tuple(each for each in topics() if self.module in each.consumers)


# Flink commits the offsets of each checkpoint to the group of the job: not what it has read, but
# from where it would clean again.
CONSUMERS = (
    Consumer("cleaning", "stream_processors.cleaning", Keeps.GROUP),
    Consumer("stock", "stream_processors.stock", Keeps.GROUP),
    Consumer("pooling", "stream_processors.pooling", Keeps.GROUP),
    Consumer("lakehouse", "sinks.lakehouse", Keeps.LAKE),
    Consumer("live-view", "sinks.live_view", Keeps.LIVE_VIEW),
    Consumer("webhooks", "sinks.webhooks", Keeps.DELIVERY_LOG),
)
