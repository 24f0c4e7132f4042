"""Which file and function does each hop, as `file::function`; a contract test finds every one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.topics import topic
from stream_processors.cleaning.clean import RAW_TOPICS, cleaner_of

BRONZE = "sinks/lakehouse/bronze.py::bronze_rows"
DUPLICATE = "stream_processors/cleaning/job.py::submit"
REFUSED_BY_CLEANING = "stream_processors/cleaning/outputs.py::dead_letter"
REFUSED_BY_WORKER = "stream_processors/faust_app.py::dead_letter"
REFUSED_BY_LAKE = "sinks/lakehouse/dead_letters.py::refused"
DECIDED = "domain/stock/decide.py::decide"
LOOKED_AGAIN = "domain/stock/decide.py::look_again"
POSITION = "stream_processors/stock/records.py::position_record"
ALERT = "stream_processors/pooling/fold.py::PoolFold.fold"
READ_MODEL = "sinks/live_view/store.py::LiveView.apply"
WEBHOOK = "sinks/webhooks/dispatcher.py::Dispatcher.start_due"
UPLOADED = "schemas/uploads/lines.py::read_line"
GOLD = "compaction_jobs/gold_facts/job.py::run"

_PRODUCERS = {
    "raw.requisition-line.v1": "producers/erp_requisitions/lines.py::to_event",
    "raw.stock-movement.v1": "producers/simulated_warehouse/records.py::Movement.event",
    "raw.stock-count.v1": "producers/simulated_warehouse/records.py::Count.event",
    "raw.purchase-order.v1": "producers/simulated_warehouse/records.py::OrderStatus.event",
    "raw.item.v1": "producers/simulated_warehouse/records.py::master",
    "raw.site.v1": "producers/simulated_warehouse/records.py::master",
    "raw.calendar-day.v1": "producers/calendar/events.py::event_of",
    "raw.clock-tick.v1": "producers/clock/ticks.py::tick",
}


def producer_of(raw_topic: str, *, upload_id: str | None = None) -> str:
    """Return who made a record of a raw topic; at least the packages that its YAML names."""
    if upload_id is not None:
        return UPLOADED
    return _PRODUCERS.get(raw_topic) or ", ".join(
        name.replace(".", "/") for name in topic(raw_topic).producers
    )


def cleaner_for(raw_topic: str) -> str:
    """Return who cleans the records of a raw topic."""
    if raw_topic not in RAW_TOPICS:
        return "nothing: no cleaner is named for it"
    return _reference(cleaner_of(raw_topic))


def refused_by(refused_topic: str) -> str:
    """Return who writes the dead letters of a topic."""
    if refused_topic in RAW_TOPICS:
        return REFUSED_BY_CLEANING
    if refused_topic in {"clean.stock-fact.v1", "decision.stock-decided.v1"}:
        return REFUSED_BY_WORKER
    return REFUSED_BY_LAKE


def every_doer() -> set[str]:
    """Return all that a trace may name."""
    named = (value for name, value in globals().items() if name.isupper() and "::" in value)
    return {*named, *_PRODUCERS.values(), *map(cleaner_for, RAW_TOPICS)}


def _reference(function: Callable[..., Any]) -> str:
    return f"{function.__module__.replace('.', '/')}.py::{function.__qualname__}"
