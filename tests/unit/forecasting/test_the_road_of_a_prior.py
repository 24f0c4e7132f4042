"""A prior from its publication to the API, hop by hop, each with its own bytes and no broker."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from adapters.telemetry import Readiness
from api.forecasts.answers import forecast
from api.forecasts.queries import data_now, one_estimate
from compaction_jobs.retrain_forecasts.publishing import PRIORS, publish_missing
from domain.facts import FactKind, StockFact
from domain.instants import DAY, to_datetime
from domain.stock.decide import KeyState, Parameters
from domain.stock.masters import World
from domain.stock.policy import Policy
from forecasting.fading_rate import FadingRate
from schemas.codec import Record
from schemas.partitioning import partition_of
from schemas.topics import topics
from sinks.live_view.sink import LiveViewSink, is_read
from sinks.live_view.store import LiveView
from stream_processors.cleaning.clean import clean
from stream_processors.cleaning.records import RawRecord
from stream_processors.stock.fold import PartitionFold
from stream_processors.stock.records import (
    ESTIMATES,
    POSITIONS,
    estimate_record,
    position_record,
)
from tests.fakes.decoding import LocalCodecs
from tests.fakes.facts import START, fact, tick
from tests.fakes.log import InMemoryLog
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.records import record_of

CODECS = LocalCodecs()
NOW = START + 100 * DAY
PRIOR = record_of(
    PRIORS, event_id="prior-1", occurred_at=NOW, recorded_at=NOW, source="night", item_id="I1",
    forecast_version="f-1", model="tsb", mean_per_week_per_site=7.0,
    variance_per_week_per_site=14.0, prior_weeks=8.0,
)  # fmt: skip


def published(prior: Record) -> RawRecord:
    sink = InMemoryPublisher()
    publish_missing([prior], held=frozenset(), sink=sink, encoder=CODECS)
    (sent,) = sink.delivered
    return RawRecord(PRIORS, 0, 0, NOW // 1000, sent.key, sent.value, tuple(sent.headers))


def cleaned(raw: RawRecord, partition: int) -> StockFact:
    (copy,) = (
        output
        for output in clean(raw, decode=CODECS.decode)
        if partition_of(output.key or b"", 6) == partition
    )
    assert isinstance(copy.value, dict)
    record = CODECS.decode(copy.topic, CODECS.encode(copy.topic, copy.value))
    return StockFact(**{**record, "kind": FactKind(record["kind"])})


def folded(*facts: StockFact) -> list[tuple[str, Record]]:
    """Return the records that the worker would write, in order."""
    states: dict[str, KeyState] = {}
    parameters = Parameters(Policy(), FadingRate())
    fold = PartitionFold(0, World(), parameters, states.get)
    written: list[tuple[str, Record]] = []
    for offset, each in enumerate(facts):
        for decision in fold.fold(each, offset):
            written.append((POSITIONS, position_record(decision)))
            written.append((ESTIMATES, estimate_record(decision, FadingRate().name)))
    return written


class OneRead(threading.Event):
    """Lets a session read once."""

    reads = 0

    def is_set(self) -> bool:
        self.reads += 1
        return self.reads > 1


def seen(written: list[tuple[str, Record]], path: Path) -> sqlite3.Connection:
    """Return the read model after the sink has read what was written."""
    read = [each for each in topics() if is_read(each)]
    log = InMemoryLog({each.name: each.partitions for each in read})
    for name, record in written:
        log.append(name, CODECS.encode(name, record), partition=0)
    view = LiveView(path)
    LiveViewSink(view, read, log, CODECS, Readiness(), lambda: NOW).session(OneRead())
    view.close()
    model = sqlite3.connect(path)
    model.row_factory = sqlite3.Row
    return model


def test_a_forecast_is_published_cleaned_learnt_stored_and_answered(tmp_path: Path) -> None:
    prior = cleaned(published(PRIOR), partition=0)
    history = [fact("count", FactKind.COUNTED, 0, 50_000), tick(100)]
    model = seen(folded(*history, prior), tmp_path / "view.sqlite")
    row, newest = one_estimate(model, item_id="I1", site_id="S1"), data_now(model)
    model.close()
    assert row is not None
    answer = forecast(row, data_time=newest or 0, days=30, now=NOW)
    assert answer.forecast_version == "f-1"
    assert answer.model == "river-ew-0.06 + tsb"
    assert answer.issued_at == to_datetime(NOW)
    # Fifteen weeks without any demand, and a prior of seven a week that is worth eight.
    assert answer.days[-1].mean > 7.0 * 8 / 23 * 4
    assert row["weeks"] == 15
    assert answer.days[0].p90 >= answer.days[0].p50 >= answer.days[0].p10
