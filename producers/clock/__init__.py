"""The time in, ticks out: the only clock that decisions see."""

from producers.clock.ticks import tick, ticks

__all__ = ["tick", "ticks"]
