"""The live view lets others in only when all that was in the log is in the read model."""

from __future__ import annotations

from pathlib import Path

from adapters.telemetry import Readiness
from sinks.live_view.sink import LiveViewSink
from sinks.live_view.store import LiveView
from sinks.log import LogRecord
from tests.fakes.log import InMemoryLog
from tests.fakes.records import a_position
from tests.unit.sinks.followed_log import CODECS, POSITIONS, READ, StopsAfter, put


class ReadsOne(InMemoryLog):
    """Gives out one record a read, as a slow broker would."""

    def read(self, *, most: int, seconds: float) -> list[LogRecord]:
        return super().read(most=1, seconds=seconds)


def test_it_is_ready_only_when_all_that_was_in_the_log_is_in_the_read_model(
    tmp_path: Path,
) -> None:
    log = ReadsOne({each.name: each.partitions for each in READ})
    for offset in range(3):
        put(log, POSITIONS, a_position("e", log_offset=offset))
    said: list[str | None] = []
    view, readiness = LiveView(tmp_path / "view.sqlite"), Readiness()
    for reads in (1, 1, 1):
        sink = LiveViewSink(view, READ, log, CODECS, readiness, lambda: 0)
        sink.session(StopsAfter(reads))
        said.append(readiness.why_not)
    view.close()
    assert said == ["reading the log: 2 records to go", "reading the log: 1 records to go", None]
