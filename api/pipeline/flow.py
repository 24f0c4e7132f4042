"""One question at a time to the components, kept for a second: many browsers cost one scrape."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from api.clock import Clock
from api.health.components import ComponentStatus, component_status
from api.pipeline.answers import DeadLetters, Hop, Pipeline
from api.pipeline.hops import HOPS, MONITOR, SOURCES, HopPlace, refused_by
from api.pipeline.jobs import jobs_of
from api.pipeline.measured import Measured
from api.pipeline.rates import Rates
from api.pipeline.scrapes import Scrape, Scraper
from api.read_model import ReadModel
from domain.instants import SECOND, to_datetime

_KEPT_SECONDS = 1.0
_API = "api"
# These pass over what they cannot read; the dead letter is written elsewhere, if at all.
_PASSING_OVER = ("live-view", "webhooks")
_UNSUPERVISED = "no supervisor tells of it"


class Flow:
    """Puts the answer together from those who know."""

    def __init__(
        self,
        model: ReadModel,
        clock: Clock,
        *,
        status_file: Path | None,
        schedule_file: Path | None,
        scraper: Scraper,
    ) -> None:
        self._model = model
        self._clock = clock
        self._status_file = status_file
        self._schedule_file = schedule_file
        self._scraper = scraper
        self._rates = Rates()
        self._lock = threading.Lock()
        self._kept: tuple[int, Pipeline] | None = None

    def now(self) -> Pipeline:
        """Return the line as it is, or was within the last second."""
        with self._lock:
            now = self._clock()
            if self._kept is None or not 0 <= now - self._kept[0] < _KEPT_SECONDS * SECOND:
                self._kept = now, self._look(now)
            return self._kept[1]

    def _look(self, now: int) -> Pipeline:
        components = {e.name: e for e in component_status(self._status_file).components}
        scrapes = self._scraper.scrape(_telemetry_ports(components))
        measured = Measured.of(scrapes.get(MONITOR, Scrape(why_not=_UNSUPERVISED)), now=now)
        if measured.at is not None:
            self._rates.saw(measured.at, {each.name: _total(each, measured) for each in HOPS})
        refused = self._refused()
        return Pipeline(
            at=to_datetime(now),
            hops=[
                self._hop(place, components.get(place.component), scrapes, measured, refused)
                for place in HOPS
            ],
            dead_letters=_dead_letters(refused),
            jobs=jobs_of(self._schedule_file),
        )

    def _hop(
        self,
        place: HopPlace,
        component: ComponentStatus | None,
        scrapes: Mapping[str, Scrape],
        measured: Measured,
        refused: Mapping[tuple[str, str], int] | None,
    ) -> Hop:
        scrape = scrapes.get(place.component)
        lag = measured.lag(place.component)
        is_counted = place.reads or place is SOURCES
        return Hop(
            name=place.name,
            component=place.component,
            state=None if component is None else component.state,
            restarts=None if component is None else component.restarts,
            reads=place.reads,
            writes=place.writes,
            events_total=_total(place, measured) if is_counted and measured.at else None,
            events_per_second=self._rates.per_second(place.name) if is_counted else None,
            lag_records=lag.records,
            lag_seconds=lag.seconds,
            freshness_seconds=_freshness(place, measured),
            rejected_total=_rejected(place, scrape, refused),
            why_not=_why_not(place, component, scrape, measured),
        )

    def _refused(self) -> Mapping[tuple[str, str], int] | None:
        query = "SELECT topic, reason, dead_letters FROM dead_letter_count"
        try:
            with self._model.snapshot() as read:
                return {(r["topic"], r["reason"]): r["dead_letters"] for r in read.execute(query)}
        except sqlite3.Error:
            return None


def _telemetry_ports(components: Mapping[str, ComponentStatus]) -> dict[str, int]:
    # This process need not ask itself; the broker and the registry have no telemetry port.
    asked = {place.component for place in HOPS} - {SOURCES.component, _API} | {MONITOR}
    return {
        name: each.port
        for name, each in components.items()
        if name in asked and each.port is not None
    }


def _total(place: HopPlace, measured: Measured) -> int:
    if place is SOURCES:
        return sum(measured.written(topic) for topic in place.writes)
    return measured.processed(place.component)


def _freshness(place: HopPlace, measured: Measured) -> float | None:
    if place is SOURCES:
        ages = [age for topic in place.writes if (age := measured.age(topic)) is not None]
        return min(ages, default=None)
    # The API answers from the read model: it is as fresh as that.
    return measured.lag("live-view" if place.component == _API else place.component).freshness


def _rejected(
    place: HopPlace, scrape: Scrape | None, refused: Mapping[tuple[str, str], int] | None
) -> int | None:
    if place.component in _PASSING_OVER:
        if scrape is None or scrape.why_not is not None:
            return None
        return int(sum(each.value for each in scrape.of("nova_events_rejected_total")))
    if refused is None or not place.reads:
        return None
    return sum(
        count for (topic, _), count in refused.items() if refused_by(topic) == place.component
    )


def _why_not(
    place: HopPlace, component: ComponentStatus | None, scrape: Scrape | None, measured: Measured
) -> str | None:
    if component is None:
        return _UNSUPERVISED
    if component.state != "ready":
        return component.detail or component.state
    if scrape is not None and scrape.why_not is not None:
        return scrape.why_not
    if place.reads or place is SOURCES:
        return measured.why_not
    return None


def _dead_letters(refused: Mapping[tuple[str, str], int] | None) -> DeadLetters:
    if refused is None:
        return DeadLetters(total=None, by_reason={})
    by_reason: Counter[str] = Counter()
    for (_, reason), count in refused.items():
        by_reason[reason] += count
    return DeadLetters(total=by_reason.total(), by_reason=dict(by_reason.most_common()))
