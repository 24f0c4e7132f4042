"""Maintenance beside a sink that appends, killed again and again: no row lost, none twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from adapters.delta import LakeTable, Source, Span, TableSpec, stored_positions
from domain.errors import TransientError
from tests.integration.conftest import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

APP = "sinks.lakehouse"
TABLES = {
    "bronze/stock_count": Source("raw.stock-count.v1", "raw-id", 0),
    "silver/stock_fact": Source("clean.stock-fact.v1", "clean-id", 0),
}
SCHEMA = pa.schema(
    [("topic", pa.string()), ("partition", pa.int32()), ("offset", pa.int64()), ("day", pa.int32())]
)
KILLS = 4


class Sink(threading.Thread):
    """Appends a few rows a commit to one table, as the lakehouse sink does, until told to stop."""

    def __init__(self, root: Path, table: str) -> None:
        super().__init__()
        self._root, self._table, self._source = root, table, TABLES[table]
        self._ending = threading.Event()
        self.offset = -1

    def run(self) -> None:
        held = self._open()
        while not self._ending.is_set():
            rows = [self._row(self.offset + each) for each in range(1, 4)]
            span = Span(None if self.offset < 0 else self.offset, self.offset + 3)
            try:
                held.append(pa.Table.from_pylist(rows, SCHEMA), {self._source: span})
            except TransientError:
                held = self._open()  # another session
                continue
            self.offset += 3

    def end(self) -> None:
        self._ending.set()
        self.join()

    def _open(self) -> LakeTable:
        spec = TableSpec(
            str(self._root / self._table), SCHEMA, "topic", "partition", "offset",
            partition_by=("day",),
        )  # fmt: skip
        held = LakeTable(spec, app=APP)
        held.adopt({self._source.topic: (self._source.topic_id, 1)})
        return held

    def _row(self, offset: int) -> dict[str, Any]:
        return {
            "topic": self._source.topic, "partition": 0, "offset": offset, "day": offset % 2,
        }  # fmt: skip


@contextmanager
def appending(root: Path) -> Iterator[list[Sink]]:
    sinks = [Sink(root, table) for table in TABLES]
    for each in sinks:
        each.start()
    try:
        yield sinks
    finally:
        for each in sinks:
            each.end()


def maintenance(lake: Path, report: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "compaction_jobs.maintenance", "--lake", lake, "--report", report],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "SPARK_JARS"},
    )


def offsets(lake: Path, table: str) -> Counter[int]:
    return Counter(DeltaTable(str(lake / table)).to_pyarrow_table()["offset"].to_pylist())


def test_killed_beside_appending_sinks_it_loses_and_repeats_nothing(tmp_path: Path) -> None:
    lake, report = tmp_path / "lake", tmp_path / "report.json"
    chance = random.Random(5)
    with appending(lake) as sinks:
        for _ in range(KILLS):
            process = maintenance(lake, report)
            assert process.stdout is not None
            # A stage is a table: some kills come within the first, some within the second.
            for _ in range(chance.randrange(len(TABLES))):
                process.stdout.readline()
            threading.Event().wait(chance.uniform(0, 0.2))
            process.kill()
            process.wait()
            process.stdout.close()
        whole = maintenance(lake, report)
        said, _ = whole.communicate(timeout=60)
        assert whole.returncode == 0, said.decode()
    for sink, (table, source) in zip(sinks, TABLES.items(), strict=True):
        assert offsets(lake, table) == Counter(range(sink.offset + 1))
        positions = stored_positions(str(lake), table, APP)
        assert positions == {(source.topic_id, 0): sink.offset}
    stages = [json.loads(line) for line in said.splitlines()]
    assert [each["stage"] for each in stages if each["event"] == "stage"] == list(TABLES)
    told = json.loads(report.read_text())
    assert told["tables_failed"] == 0
    assert told["totals"]["files_compacted"] > 0


def test_run_twice_it_changes_nothing_the_second_time(tmp_path: Path) -> None:
    lake, report = tmp_path / "lake", tmp_path / "report.json"
    with appending(lake) as sinks:
        while min(each.offset for each in sinks) < 60:
            threading.Event().wait(0.01)
    rows = {table: offsets(lake, table) for table in TABLES}
    for compacted in (True, False):
        process = maintenance(lake, report)
        process.communicate(timeout=60)
        assert process.returncode == 0
        totals = json.loads(report.read_text())["totals"]
        assert (totals["files_compacted"] > 0) is compacted
        assert {table: offsets(lake, table) for table in TABLES} == rows
    assert totals["files_after"] == 2 * len(TABLES)
