"""The care of small real tables: no row changes, what nobody needs goes, what is promised stays."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from adapters.delta import LakeTable, Source, Span, TableSpec, stored_positions
from compaction_jobs.gold_facts.manifest import FORECASTS, Manifest, write_manifest
from compaction_jobs.gold_facts.progress import Progress
from compaction_jobs.lake import Lake
from compaction_jobs.maintenance.job import Report, run, tables_of
from compaction_jobs.maintenance.retention import (
    EXTERNAL_DRIVERS,
    SHORTEST,
    Keep,
    checked,
    hours_that_keep,
    keep,
    promised_versions,
)
from domain.errors import ConfigurationError, TransientError
from schemas.topics import topics

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
COUNTS, WEATHER = "bronze/stock_count", "bronze/weather_day"
SOURCE = Source("raw.stock-count.v1", "an-id", 0)
SCHEMA = pa.schema(
    [("topic", pa.string()), ("partition", pa.int32()), ("offset", pa.int64()),
     ("year", pa.int32()), ("month", pa.int32()), ("day", pa.int32())]
)  # fmt: skip


def spec(root: Path, table: str) -> TableSpec:
    days = ("year", "month", "day")
    return TableSpec(str(root / table), SCHEMA, "topic", "partition", "offset", partition_by=days)


def rows_on(on: datetime, offset: int) -> pa.Table:
    row = {
        "topic": SOURCE.topic, "partition": 0, "offset": offset,
        "year": on.year, "month": on.month, "day": on.day,
    }  # fmt: skip
    return pa.Table.from_pylist([row], schema=SCHEMA)


def append(root: Path, table: str, *days: datetime) -> LakeTable:
    """Append one row a day, each in a commit of its own, as the sink does."""
    held = LakeTable(spec(root, table), app="sinks.lakehouse")
    held.adopt({SOURCE.topic: (SOURCE.topic_id, 1)})
    for offset, on in enumerate(days):
        span = Span(after=offset - 1 if offset else None, last=offset)
        assert held.append(rows_on(on, offset), {SOURCE: span}) == 1
    return held


def tend(root: Path, *tables: str) -> Report:
    lake = Lake(root)
    return run(
        lake,
        tables or tables_of(lake),
        spark=lambda: pytest.fail("Spark writes none of these"),
        files_kept=SHORTEST,
        now=NOW,
    )


def row_counts(root: Path, table: str) -> Counter[tuple[Any, ...]]:
    rows = DeltaTable(str(root / table)).to_pyarrow_table().to_pylist()
    return Counter(tuple(row.values()) for row in rows)


def data_files(root: Path, table: str) -> int:
    return sum("_delta_log" not in each.parts for each in (root / table).rglob("*.parquet"))


def forget_at_once(root: Path, table: str) -> None:
    """Let files count as old as soon as no version needs them."""
    properties = {
        "delta.deletedFileRetentionDuration": "interval 0 hours",
        "delta.logRetentionDuration": "interval 0 hours",
    }
    DeltaTable(str(root / table)).alter.set_table_properties(properties)


def test_small_files_are_merged_and_no_row_changes(tmp_path: Path) -> None:
    append(tmp_path, COUNTS, *[NOW] * 12, *[NOW - timedelta(days=1)] * 8)
    before = row_counts(tmp_path, COUNTS)
    report = tend(tmp_path)
    assert row_counts(tmp_path, COUNTS) == before
    (told,) = report["tables"]
    assert (told["files_before"], told["files_after"], told["files_compacted"]) == (20, 2, 20)
    assert told["rows_before"] == told["rows_after"] == 20
    assert told["bytes_before"] > told["bytes_after"] > 0
    assert report["tables_failed"] == 0


def test_forecasts_are_tended_by_the_engine_that_writes_them(tmp_path: Path) -> None:
    append(tmp_path, FORECASTS, *[NOW] * 3)
    (told,) = tend(tmp_path)["tables"]
    assert told["files_after"] == 1


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    append(tmp_path, COUNTS, *[NOW] * 5)
    tend(tmp_path)
    (told,) = tend(tmp_path)["tables"]
    assert told["version_before"] == told["version_after"]
    assert (told["files_compacted"], told["files_removed"]) == (0, 0)
    assert told["log_files_before"] == told["log_files_after"]


def test_the_sink_s_positions_outlive_checkpoint_and_shortened_log(tmp_path: Path) -> None:
    held = append(tmp_path, COUNTS, *[NOW] * 5)
    forget_at_once(tmp_path, COUNTS)
    (told,) = tend(tmp_path)["tables"]
    assert told["log_files_after"] < told["log_files_before"]
    assert stored_positions(str(tmp_path), COUNTS, "sinks.lakehouse") == {("an-id", 0): 4}
    # A sink whose handle is older than the log begins another session, and goes on.
    with pytest.raises(TransientError):
        held.append(rows_on(NOW, 5), {SOURCE: Span(4, 5)})
    again = LakeTable(spec(tmp_path, COUNTS), app="sinks.lakehouse")
    assert again.append(rows_on(NOW, 4), {SOURCE: Span(3, 4)}) == 0
    assert again.append(rows_on(NOW, 5), {SOURCE: Span(4, 5)}) == 1
    assert row_counts(tmp_path, COUNTS).total() == 6


def test_files_stay_a_week_for_readers_of_older_versions(tmp_path: Path) -> None:
    append(tmp_path, COUNTS, *[NOW] * 5)
    before = DeltaTable(str(tmp_path / COUNTS)).version()
    (told,) = tend(tmp_path)["tables"]
    assert (told["files_removed"], told["retention_hours"]) == (0, 168)
    old = DeltaTable(str(tmp_path / COUNTS), version=before)
    assert old.to_pyarrow_table().num_rows == 5


def test_what_a_killed_writer_left_goes_once_it_is_old(tmp_path: Path) -> None:
    append(tmp_path, COUNTS, NOW)
    fresh, old = (tmp_path / COUNTS / name for name in ("fresh.parquet", "old.parquet"))
    for path in (fresh, old):
        path.write_bytes(b"never committed")
    long_ago = datetime.now(UTC).timestamp() - 8 * 86400
    os.utime(old, (long_ago, long_ago))
    (told,) = tend(tmp_path)["tables"]
    assert told["files_removed"] == 1
    assert fresh.exists()
    assert not old.exists()


def test_only_an_external_driver_loses_its_old_days_in_bronze(tmp_path: Path) -> None:
    days = [NOW - timedelta(days=each) for each in (500, 399, 120, 91, 90, 89, 0)]
    append(tmp_path, COUNTS, *days)
    append(tmp_path, WEATHER, *days)
    report = tend(tmp_path)
    expired = {each["table"]: each["rows_expired"] for each in report["tables"]}
    assert expired == {COUNTS: 0, WEATHER: 4}
    assert row_counts(tmp_path, COUNTS).total() == 7
    assert sorted(row[2] for row in row_counts(tmp_path, WEATHER)) == [4, 5, 6]


def test_a_clean_table_of_an_external_driver_keeps_its_rows() -> None:
    since = {name: keep(name, files=SHORTEST, promised={}, now=NOW).rows_since for name in
             ("silver/weather_day", "gold/dim_time", *EXTERNAL_DRIVERS)}  # fmt: skip
    kept = {name for name, value in since.items() if value is None}
    assert kept == {"silver/weather_day", "gold/dim_time"}


def test_no_external_driver_bears_stock() -> None:
    """What a stock decision depends on must stay for the ledger's whole horizon."""
    drivers = [t for t in topics() if t.layer == "raw" and f"bronze/{t.table}" in EXTERNAL_DRIVERS]
    bearing = ("quantity_milli", '"item_id"', '"item"')
    assert [t.name for t in drivers if any(w in str(t.value_schema_json) for w in bearing)] == []
    assert {"bronze/item", "bronze/site", "bronze/clock_tick", COUNTS}.isdisjoint(EXTERNAL_DRIVERS)


def test_the_versions_that_gold_s_manifest_names_are_promised(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert promised_versions(lake) == {}
    (tmp_path / "gold").mkdir()
    progress = Progress(version=7, table_id="t", ledger="l", offsets={})
    write_manifest(lake, Manifest({"fact_inventory": 3}, progress))
    assert promised_versions(lake) == {"gold/fact_inventory": 3, "silver/stock_fact": 7}


def test_a_promised_version_keeps_its_files_however_old_it_is(tmp_path: Path) -> None:
    path = tmp_path / "table"
    for number in range(3):
        write_deltalake(path, pa.table({"number": [number]}), mode="append")
    handle = DeltaTable(str(path))
    later = datetime.now(UTC) + timedelta(days=20)
    assert hours_that_keep(handle, Keep(SHORTEST), now=later) == 168
    assert hours_that_keep(handle, Keep(SHORTEST, version=1), now=later) in {481, 482}
    assert hours_that_keep(handle, Keep(SHORTEST, version=99), now=later) is None


def test_nothing_is_removed_for_a_promise_whose_age_nobody_knows(tmp_path: Path) -> None:
    append(tmp_path, "silver/stock_fact", *[NOW] * 3)
    forget_at_once(tmp_path, "silver/stock_fact")
    (tmp_path / "gold").mkdir()
    progress = Progress(version=99, table_id="t", ledger="l", offsets={})
    write_manifest(Lake(tmp_path), Manifest({}, progress))
    (told,) = tend(tmp_path)["tables"]
    assert (told["files_after"], told["retention_hours"], told["files_removed"]) == (1, None, 0)
    assert data_files(tmp_path, "silver/stock_fact") == 4
    assert (tmp_path / "silver/stock_fact/_delta_log/00000000000000000000.json").exists()


def test_a_retention_shorter_than_a_week_is_refused() -> None:
    assert checked(7) == timedelta(days=7)
    with pytest.raises(ConfigurationError, match="at least 7"):
        checked(6.9)


def test_a_table_that_cannot_be_tended_is_named_and_the_others_are_tended(
    tmp_path: Path,
) -> None:
    append(tmp_path, COUNTS, *[NOW] * 3)
    append(tmp_path, WEATHER, *[NOW] * 3)
    next((tmp_path / COUNTS).rglob("*.parquet")).unlink()
    report = tend(tmp_path)
    told = {each["table"]: each for each in report["tables"]}
    assert report["tables_failed"] == 1
    assert told[COUNTS]["error"]
    assert (told[WEATHER]["error"], told[WEATHER]["files_after"]) == (None, 1)


def test_a_lake_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no table"):
        tables_of(Lake(tmp_path))
