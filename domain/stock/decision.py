"""What one fact changed: the position, and a transition of an alert where there was one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.ports import WeeklyDemand
from domain.stock.masters import Item, Prior, Site
from domain.stock.policy import Outlook, Target


class Transition(StrEnum):
    """A step in the life of an alert."""

    NONE = "none"
    OPENED = "opened"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where a fact stands in `clean.stock-fact`."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that is open, with what identifies it."""

    alert_id: str
    opened_at: int
    crossing_event_id: str
    crossing_offset: int
    respond_by: int


@dataclass(frozen=True, slots=True)
class Position:
    """Stock of one key, in thousandths of the base unit."""

    on_hand_milli: int
    on_order_milli: int
    in_transit_milli: int
    reserved_milli: int

    @property
    def milli(self) -> int:
        """The inventory position: what there is or will be, less what is spoken for."""
        return (
            self.on_hand_milli + self.on_order_milli + self.in_transit_milli - self.reserved_milli
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What the fold says after one fact about one key."""

    event_id: str
    caused_by: str
    at: LogPosition
    occurred_at: int
    item: Item
    site: Site
    position: Position
    target: Target
    outlook: Outlook
    demand: WeeklyDemand
    prior: Prior | None
    buy_milli: int
    buy_by: int | None  # days since 1970-01-01
    below_reorder_point: bool
    transition: Transition
    alert: Alert | None
    flags: tuple[str, ...]
    facts: int
    next_look_at: int | None
    rule_version: str
    refused: str | None = None  # why the correction that caused it moves nothing
