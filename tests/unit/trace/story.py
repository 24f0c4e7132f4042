"""A data directory as the sinks leave it: one movement that opens an alert, and what else may be.

The real sinks write it, from a log in memory.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake

from adapters.kafka.headers import dead_letter_headers, event_headers
from adapters.telemetry import Readiness
from operations.settings import ROOT, StackSettings
from operations.trace.hop import Hop
from operations.trace.tracing import Trace, trace
from schemas.codec import Record
from schemas.topics import Topic, topics
from sinks.lakehouse.pending import Cadence
from sinks.lakehouse.sink import Lakehouse
from sinks.live_view.sink import LiveViewSink, is_read
from sinks.live_view.store import LiveView
from sinks.webhooks.outbox import Announcement, Delivery, Outbox, Outcome
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.fakes.publisher import InMemoryPublisher

MOVEMENTS, FACTS = "raw.stock-movement.v1", "clean.stock-fact.v1"
DECISIONS, POSITIONS = "decision.stock-decided.v1", "state.stock-position.v1"
ALERTS = "alert.stockout.v1"
BEGAN_MS = 1_750_000_000_000
CODECS = LocalCodecs()


class _Stops:
    def __init__(self, after: int) -> None:
        self._looks = itertools.count()
        self._after = after

    def is_set(self) -> bool:
        return next(self._looks) >= self._after


def example(topic: str, **changed: Any) -> Record:
    """Return the example of a topic, which is one step of the same story, changed a little."""
    path = ROOT / "schemas" / "examples" / f"{topic}.json"
    record: Record = json.loads(path.read_text(encoding="utf-8"))
    return {**record, **changed}


@dataclass
class Story:
    """A log, and the data directory that the sinks make of it."""

    data_dir: Path
    log: InMemoryLog = field(
        default_factory=lambda: InMemoryLog({each.name: each.partitions for each in topics()})
    )
    milliseconds: int = BEGAN_MS

    def add(self, topic: str, record: Record, *, partition: int = 0) -> int:
        """Append a record ten milliseconds after the one before; return its offset."""
        event_id = str(record.get("event_id") or record["caused_by"])
        return self.append(
            topic,
            CODECS.encode(topic, record),
            partition=partition,
            headers=event_headers(
                event_id=event_id,
                event_type=topic,
                source="simulated",
                occurred_at=record["occurred_at"],
            ),
        )

    def append(
        self, topic: str, value: bytes, *, partition: int = 0, headers: list[tuple[str, bytes]]
    ) -> int:
        """Append bytes; return their offset."""
        self.milliseconds += 10
        return self.log.append(
            topic, value, partition=partition, key=b"NC-4107|TORRE-BA-017", headers=headers,
            timestamp_ms=self.milliseconds,
        ).offset  # fmt: skip

    def refuse(self, topic: str, offset: int, reason: str, detail: str) -> None:
        """Append the dead letter of a record of partition 0."""
        headers = dead_letter_headers(
            reason=reason, detail=detail, topic=topic, partition=0, offset=offset,
            timestamp_ms=self.milliseconds, schema_id=1,
        )  # fmt: skip
        self.append(f"{topic}.dlq", b"as received", headers=headers)

    def fact(self, **changed: Any) -> Record:
        """Return the fact of the newest movement of partition 0."""
        offset = len(self.log._records[MOVEMENTS, 0]) - 1
        raw = {"raw_topic": MOVEMENTS, "raw_partition": 0, "raw_offset": offset}
        return example(FACTS, **{**raw, **changed})

    def decide(self, caused_by: str, log_offset: int, **changed: Any) -> None:
        """Append what follows upon a fact: decision, position and, if one is made, transition."""
        at = {"caused_by": caused_by, "log_partition": 0, "log_offset": log_offset}
        decision = example(DECISIONS, **{**at, "transition": "none", **changed})
        self.add(DECISIONS, decision)
        self.add(POSITIONS, example(POSITIONS, **at))
        if decision["transition"] != "none":
            said = {
                "event_id": decision["event_id"],
                "alert_id": decision["alert_id"],
                "transition": decision["transition"],
                "state": decision["transition"],
                "crossing_event_id": decision["crossing_event_id"],
            }
            self.add(ALERTS, example(ALERTS, **at, **said))

    @property
    def settings(self) -> StackSettings:
        """The settings of its data directory."""
        return StackSettings(self.data_dir)

    def write(self) -> None:
        """Let the sinks bring the log into the lake and the read model."""
        lakehouse = Lakehouse(
            lake_uri=str(self.settings.lake), topics=self._used(), log=self.log, decoder=CODECS,
            readiness=Readiness(), cadence=Cadence(longest_seconds=0.0),
            publisher=InMemoryPublisher(),
        )  # fmt: skip
        lakehouse.session(_Stops(2))  # type: ignore[arg-type]  # looks are all that it is asked for
        view = LiveView(self.settings.state("live-view") / "live_view.sqlite")
        read = [each for each in topics() if is_read(each)]
        now = (self.milliseconds + 5) * 1000
        sink = LiveViewSink(view, read, self.log, CODECS, Readiness(), lambda: now)
        sink.session(_Stops(2))  # type: ignore[arg-type]
        view.close()

    def _used(self) -> list[Topic]:
        return [
            each for each in topics() if any(name == each.name for name, _ in self.log._records)
        ]

    def deliver(self, transition_id: str, status: int) -> None:
        """Write one delivery and the answer to it."""
        outbox = Outbox(self.settings.state("webhooks") / "webhooks.sqlite")
        at = self.milliseconds * 1000
        said = Announcement(transition_id, "{}", at)
        outbox.enqueue([said], endpoints=["erp"], next_offsets={}, topic_ids={}, now=at + 2000)
        error = None if status == 204 else f"answered {status}"
        outcome = Outcome(at + 9000, status, error, None if error is None else at + 10**9)
        outbox.attempted(Delivery(transition_id, "erp", "{}", at, 0), outcome)
        outbox.close()

    def gold(self, rows: list[Mapping[str, Any]], offsets: Mapping[str, int]) -> None:
        """Write the inventory of gold, as far as these offsets of the fact log."""
        said = {"userMetadata": json.dumps({"job": "x", "offsets": offsets})}
        table = pa.Table.from_pylist(list(rows))
        uri = str(self.settings.lake / "gold" / "fact_inventory")
        write_deltalake(uri, table, commit_properties=CommitProperties(custom_metadata=said))

    def trace(self, text: str) -> Trace:
        """Return what `nova trace` finds of an id, with the stack stopped."""
        return trace(text, self.settings, is_running=False)


def outline(hops: tuple[Hop, ...], depth: int = 0) -> list[str]:
    """Return the names of hops, indented by what led to them."""
    found = []
    for hop in hops:
        found += [f"{'  ' * depth}{hop.name}", *outline(hop.hops, depth + 1)]
    return found


def named(found: Trace, name: str) -> Hop:
    """Return the one hop of that name."""
    (hop,) = [hop for each in found.hops for hop in each.walk() if hop.name == name]
    return hop
