"""The monitor's scrape in, what it measured of topics and components out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from api.pipeline.scrapes import Sample, Scrape
from domain.instants import SECOND

# The monitor measures every other second: what is older than this it measures no more.
_STALE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a component is behind, over all its topics; None is not known."""

    records: int | None
    seconds: float | None
    freshness: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of the monitor's measurements, or why there is none."""

    scrape: Scrape
    at: float | None
    why_not: str | None

    @classmethod
    def of(cls, scrape: Scrape, *, now: int) -> Measured:
        """Read a scrape; a round that is long ago is as good as none."""
        if scrape.why_not is not None:
            return cls(Scrape(), None, f"lag is not known: the monitor {scrape.why_not}")
        found = scrape.of("nova_monitor_measured_timestamp_seconds")
        if not found:
            return cls(Scrape(), None, "lag is not known: the monitor has not measured yet")
        at = found[0].value
        if (age := now / SECOND - at) > _STALE_SECONDS:
            why = f"lag is not known: the monitor has not measured for {age:.0f} s"
            return cls(Scrape(), None, why)
        return cls(scrape, at, None)

    def lag(self, component: str) -> Behind:
        """Return how far a component is behind."""
        records = self.scrape.of("nova_lag_records", component=component)
        seconds = self.scrape.of("nova_lag_seconds", component=component)
        fresh = self.scrape.of("nova_freshness_seconds", component=component)
        return Behind(
            records=_whole(records) if records else None,
            # One topic whose lag cannot be told could be the one that is furthest behind.
            seconds=max(e.value for e in seconds)
            if seconds and len(seconds) == len(records)
            else None,
            freshness=min((each.value for each in fresh), default=None),
        )

    def processed(self, component: str) -> int:
        """Return how many records a component has behind it."""
        return _whole(self.scrape.of("nova_position_records_total", component=component))

    def written(self, topic: str) -> int:
        """Return how many records a topic has ever held."""
        return _whole(self.scrape.of("nova_topic_records_total", topic=topic))

    def age(self, topic: str) -> float | None:
        """Return how long ago a topic's newest record was published."""
        return next((e.value for e in self.scrape.of("nova_topic_age_seconds", topic=topic)), None)


def _whole(samples: Iterable[Sample]) -> int:
    return int(sum(each.value for each in samples))
