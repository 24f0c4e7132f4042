"""Appends of one table: each row once, whoever writes, and positions that say so."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.delta import LakeTable, Source, Span, TableSpec, stored_positions
from domain.errors import ConfigurationError, TransientError

SCHEMA = pa.schema(
    [("topic", pa.string()), ("partition", pa.int32()), ("offset", pa.int64()), ("x", pa.string())]
)
TOPICS = {"raw.a.v1": ("id-a", 2)}
ZERO, ONE = Source("raw.a.v1", "id-a", 0), Source("raw.a.v1", "id-a", 1)


def opened(lake: Path, schema: pa.Schema = SCHEMA, topics: dict[str, tuple[str, int]] = TOPICS):
    spec = TableSpec(
        f"{lake}/bronze/a", schema, "topic", "partition", "offset", repetitive=frozenset({"topic"})
    )
    table = LakeTable(spec, app="tests", now_ms=lambda: 1)
    table.adopt(topics)
    return table


def rows(*places: tuple[int, int]) -> pa.Table:
    found = [{"topic": "raw.a.v1", "partition": p, "offset": o, "x": f"{p}-{o}"} for p, o in places]
    return pa.Table.from_pylist(found, schema=SCHEMA)


def held(lake: Path) -> list[tuple[int, int]]:
    found = DeltaTable(f"{lake}/bronze/a").to_pyarrow_table().to_pylist()
    return sorted((row["partition"], row["offset"]) for row in found)


def test_rows_and_the_positions_of_several_partitions_are_one_commit(tmp_path):
    table = opened(tmp_path)
    version = DeltaTable(table.uri).version()

    assert (
        table.append(rows((0, 0), (0, 1), (1, 0)), {ZERO: Span(None, 1), ONE: Span(None, 0)}) == 3
    )

    assert DeltaTable(table.uri).version() == version + 1
    assert table.positions([ZERO, ONE]) == {ZERO: 1, ONE: 0}
    assert stored_positions(str(tmp_path), "bronze/a", "tests") == {("id-a", 0): 1, ("id-a", 1): 0}


def test_a_repeat_is_not_written(tmp_path):
    opened(tmp_path).append(rows((0, 0), (0, 1)), {ZERO: Span(None, 1)})
    again = opened(tmp_path)

    assert again.append(rows((0, 0), (0, 1)), {ZERO: Span(None, 1)}) == 0
    assert again.append(rows((0, 0), (0, 1), (0, 2)), {ZERO: Span(None, 2)}) == 1
    assert held(tmp_path) == [(0, 0), (0, 1), (0, 2)]


def test_a_span_without_rows_moves_the_position(tmp_path):
    table = opened(tmp_path)
    table.append(rows(), {ZERO: Span(None, 41)})
    assert table.positions([ZERO]) == {ZERO: 41}
    assert held(tmp_path) == []


def test_of_two_writers_that_read_the_same_records_one_writes_them(tmp_path):
    slow, quick = opened(tmp_path), opened(tmp_path)
    batch, spans = rows((0, 0), (0, 1)), {ZERO: Span(None, 1)}

    assert quick.append(batch, spans) == 2
    assert slow.append(batch, spans) == 0
    assert held(tmp_path) == [(0, 0), (0, 1)]


def test_a_table_restored_to_an_earlier_version_is_not_given_a_gap(tmp_path):
    table = opened(tmp_path)
    table.append(rows((0, 0)), {ZERO: Span(None, 0)})
    with pytest.raises(TransientError, match="no longer at 5"):
        table.append(rows((0, 6)), {ZERO: Span(5, 6)})
    assert held(tmp_path) == [(0, 0)]


def test_a_table_of_another_broker_is_refused_with_what_to_do(tmp_path):
    opened(tmp_path).append(rows((0, 0)), {ZERO: Span(None, 0)})
    with pytest.raises(
        ConfigurationError, match=r"raw\.a\.v1 had topic id id-a.*move the lake away"
    ):
        opened(tmp_path, topics={"raw.a.v1": ("other", 2)})


def test_an_empty_table_may_change_its_broker(tmp_path):
    opened(tmp_path)
    table = opened(tmp_path, topics={"raw.a.v1": ("other", 2)})
    table.append(rows((0, 0)), {Source("raw.a.v1", "other", 0): Span(None, 0)})
    assert stored_positions(str(tmp_path), "bronze/a", "tests") == {("other", 0): 0}


def test_a_field_that_a_later_version_adds_becomes_a_column(tmp_path):
    opened(tmp_path).append(rows((0, 0)), {ZERO: Span(None, 0)})
    wider = SCHEMA.append(pa.field("since", pa.timestamp("us", "UTC")))
    table = opened(tmp_path, wider)
    new = pa.Table.from_pylist([{"topic": "raw.a.v1", "partition": 0, "offset": 1}], schema=wider)

    assert table.append(new, {ZERO: Span(0, 1)}) == 1
    assert "since" in DeltaTable(table.uri).to_pyarrow_table().column_names


def test_no_table_feature_locks_a_reader_out(tmp_path):
    protocol = DeltaTable(opened(tmp_path).uri).protocol()
    assert protocol.min_reader_version == 1
    assert not protocol.reader_features


def test_a_lake_that_is_not_there_holds_nothing(tmp_path):
    assert stored_positions(str(tmp_path), "bronze/a", "tests") == {}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10)), min_size=1, max_size=6))
def test_whatever_is_appended_again_every_offset_is_there_once(tmp_path_factory, cuts):
    lake = tmp_path_factory.mktemp("lake")
    reached = -1
    for start, length in cuts:
        first, last = min(start, reached + 1), start + length
        batch = rows(*((0, offset) for offset in range(first, last + 1)))
        after = None if first == 0 else first - 1
        opened(lake).append(batch, {ZERO: Span(after, last)})
        reached = max(reached, last)
    assert held(lake) == [(0, offset) for offset in range(reached + 1)]
