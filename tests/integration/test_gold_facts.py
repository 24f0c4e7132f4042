"""Silver by hand in, gold by the real Spark and Delta out: every number computed by hand."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from compaction_jobs.gold_facts.job import GOLD_TABLES, INVENTORY, STAGES, run
from compaction_jobs.gold_facts.manifest import read_manifest
from compaction_jobs.lake import Lake
from compaction_jobs.stages import Stages
from tests.integration.gold_histories import fill
from tests.integration.lake_on_disk import LakeOnDisk, Row, at, fact, june, shared_spark

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

Grain = tuple[str, str, date]


def make_gold(lake: LakeOnDisk) -> None:
    run(shared_spark(), Lake(lake.root), Stages(STAGES))


def inventory(lake: LakeOnDisk) -> dict[Grain, Row]:
    rows = lake.rows(INVENTORY)
    return {(row["item_id"], row["site_id"], row["date"]): row for row in rows}


def versions(lake: LakeOnDisk) -> dict[str, int]:
    return {name: lake.table(name).version() for name in GOLD_TABLES}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> LakeOnDisk:
    lake = LakeOnDisk(tmp_path_factory.mktemp("lake"))
    fill(lake)
    make_gold(lake)
    return lake


@pytest.fixture(scope="module")
def days(lake: LakeOnDisk) -> dict[date, Row]:
    return {row["date"]: row for row in lake.rows("gold/dim_time")}


@pytest.fixture(scope="module")
def rows(lake: LakeOnDisk) -> dict[Grain, Row]:
    return inventory(lake)


def figures(rows: dict[Grain, Row], item: str, site: str, name: str) -> dict[int, int | None]:
    """Return one measure by day of June, for one key."""
    return {
        day.day: row[name] for (i, s, day), row in sorted(rows.items()) if (i, s) == (item, site)
    }


def test_stock_at_the_end_of_a_day_is_the_last_count_and_what_came_after_it(
    rows: dict[Grain, Row],
) -> None:
    assert figures(rows, "late", "S", "on_hand_end_milli") == {
        1: 10_000,
        2: 5_000,
        3: 5_000,
        4: 9_000,
    }
    assert figures(rows, "late", "S", "issued_milli") == {1: 0, 2: 5_000, 3: 1_000, 4: 0}
    assert figures(rows, "late", "S", "received_milli")[4] == 4_000


def test_a_count_shows_what_it_differed_from_and_a_first_count_from_nothing(
    rows: dict[Grain, Row],
) -> None:
    assert figures(rows, "late", "S", "counted_milli") == {1: 10_000, 2: None, 3: 5_000, 4: None}
    # Before the count of day 3: 10 - 3 - 2, and the issue of its own instant.
    assert figures(rows, "late", "S", "count_discrepancy_milli") == {
        1: None,
        2: None,
        3: 1_000,
        4: None,
    }


def test_a_fact_that_is_twice_in_the_log_counts_once(rows: dict[Grain, Row]) -> None:
    assert figures(rows, "late", "S", "facts")[2] == 2


def test_the_last_recorded_correction_stands_in_the_place_of_what_it_corrects(
    rows: dict[Grain, Row],
) -> None:
    assert figures(rows, "fix", "S", "on_hand_end_milli") == {1: 100_000, 4: 96_000}
    assert figures(rows, "fix", "S", "issued_milli") == {1: 0, 4: 4_000}


def test_a_transfer_is_in_transit_until_its_in_leg_whatever_arrives(
    rows: dict[Grain, Row],
) -> None:
    assert figures(rows, "move", "A", "on_hand_end_milli") == {1: 9_000, 2: 4_000}
    assert figures(rows, "move", "B", "in_transit_end_milli") == {2: 5_000, 4: 0}
    assert figures(rows, "move", "B", "on_hand_end_milli") == {2: 0, 4: 4_000}
    assert figures(rows, "move", "A", "transferred_out_milli")[2] == 5_000
    assert figures(rows, "move", "B", "transferred_in_milli")[4] == 4_000


def test_on_order_is_what_the_latest_status_leaves_outstanding(rows: dict[Grain, Row]) -> None:
    assert figures(rows, "ask", "S", "on_order_end_milli") == {
        1: 8_000,
        2: 8_000,
        3: 6_000,
        5: 0,
    }


def test_a_requisition_line_is_asked_for_once_on_the_day_of_its_latest_version(
    rows: dict[Grain, Row],
) -> None:
    assert figures(rows, "ask", "S", "requested_milli") == {1: 0, 2: 2_000, 3: 0, 5: 0}


def test_reservations_are_held_until_released(rows: dict[Grain, Row]) -> None:
    assert figures(rows, "ask", "S", "reserved_end_milli") == {1: 0, 2: 3_000, 3: 2_000, 5: 2_000}


def test_a_day_is_a_day_in_sao_paulo(rows: dict[Grain, Row]) -> None:
    assert [day for item, _, day in rows if item == "night"] == [june(1)]


def test_a_fact_beyond_the_horizon_is_left_out_as_the_stream_leaves_it_out(
    rows: dict[Grain, Row],
) -> None:
    assert [row["received_milli"] for (item, _, _), row in rows.items() if item == "old"] == [2_000]


def test_the_newest_master_describes_an_item_and_an_unknown_one_is_there_too(
    lake: LakeOnDisk,
) -> None:
    items = {row["item_id"]: row for row in lake.rows("gold/dim_item")}
    assert items.keys() == {"late", "fix", "move", "ask", "night", "old"}
    assert (items["late"]["name"], items["late"]["version"]) == ("Cabo", "i-new")
    assert [name for name, row in items.items() if row["is_known"]] == ["late"]
    sites = {row["site_id"]: row for row in lake.rows("gold/dim_site")}
    assert {name: row["is_known"] for name, row in sites.items()} == {
        "S": True,
        "A": False,
        "B": False,
    }
    assert sites["S"]["kind"] == "tower"


def test_the_calendar_covers_whole_years_around_the_data(days: dict[date, Row]) -> None:
    assert (min(days), max(days)) == (date(2025, 1, 1), date(2025, 12, 31))
    assert len(days) == 365
    sunday = days[june(1)]
    assert (sunday["weekday"], sunday["is_weekend"], sunday["week"]) == (7, True, 22)
    assert (sunday["quarter"], sunday["month"], sunday["year"]) == (2, 6, 2025)


def test_a_day_knows_its_holidays_of_the_country_and_the_states_that_keep_their_own(
    days: dict[date, Row],
) -> None:
    corpus_christi, bahia = days[june(19)], days[date(2025, 7, 2)]
    assert corpus_christi["holiday_names"] == ["Corpus Christi"]
    assert corpus_christi["is_optional_day"]
    assert not corpus_christi["is_national_holiday"]
    assert (bahia["states_on_holiday"], bahia["holiday_names"]) == (["BA"], [])
    assert (bahia["is_national_holiday"], bahia["is_business_day"]) == (False, True)
    tiradentes = days[date(2025, 4, 21)]
    assert (tiradentes["is_national_holiday"], tiradentes["is_business_day"]) == (True, False)
    assert tiradentes["states_on_holiday"] == ["DF", "MG"]
    assert [day for day, row in days.items() if row["is_carnival"]] == [
        date(2025, 3, 3),
        date(2025, 3, 4),
        date(2025, 3, 5),
    ]


def test_business_days_are_counted_and_lead_over_weekends_and_holidays(
    days: dict[date, Row],
) -> None:
    before_easter = days[date(2025, 4, 17)]  # Good Friday, a weekend and Tiradentes follow
    assert before_easter["next_business_day"] == date(2025, 4, 22)
    assert days[date(2025, 5, 2)]["is_bridge_day"]
    assert not days[date(2025, 5, 5)]["is_bridge_day"]
    assert days[date(2025, 12, 31)]["next_business_day"] == date(2026, 1, 2)
    january = [row for day, row in days.items() if day.month == 1]
    assert max(row["business_days_of_year"] for row in january) == 22
    # As the banks count them: Carnival and Corpus Christi are closed, Ash Wednesday is not.
    assert days[date(2025, 12, 31)]["business_days_of_year"] == 252
    carnival = [days[date(2025, 3, day)]["is_business_day"] for day in (3, 4, 5)]
    assert carnival == [False, False, True]
    assert (days[june(19)]["is_business_day"], days[june(20)]["is_bridge_day"]) == (False, True)


def test_of_a_year_without_a_calendar_no_day_is_called_free_or_worked(
    lake: LakeOnDisk, tmp_path: Path
) -> None:
    bare = LakeOnDisk(tmp_path / "bare")
    shutil.copytree(lake.root / "silver/stock_fact", bare.root / "silver/stock_fact")
    make_gold(bare)
    day = {row["date"]: row for row in bare.rows("gold/dim_time")}[june(19)]
    assert (day["weekday"], day["is_weekend"]) == (4, False)
    unknown = ("is_national_holiday", "holiday_names", "is_business_day", "next_business_day")
    assert {name: day[name] for name in unknown} == dict.fromkeys(unknown)


def test_the_manifest_names_the_versions_that_belong_together(lake: LakeOnDisk) -> None:
    manifest = read_manifest(Lake(lake.root))
    assert manifest is not None
    assert {f"gold/{name}": version for name, version in manifest.tables.items()} == versions(lake)
    assert manifest.silver.version == lake.table("silver/stock_fact").version()
    assert manifest.silver.offsets == {0: 13, 1: 12, 2: 9}


def test_a_second_run_without_news_commits_nothing(lake: LakeOnDisk) -> None:
    before, written = versions(lake), (lake.root / "gold/manifest.json").stat().st_mtime_ns
    make_gold(lake)
    assert versions(lake) == before
    assert (lake.root / "gold/manifest.json").stat().st_mtime_ns == written


def test_new_facts_change_gold_into_what_a_full_computation_gives(
    lake: LakeOnDisk, tmp_path: Path
) -> None:
    grown = LakeOnDisk(tmp_path / "grown", dict(lake._next))
    shutil.copytree(lake.root, grown.root)
    before = grown.table(INVENTORY).version()
    grown.write_facts(
        fact("late-i3", "issued", at(1, 18), item_id="late", quantity_milli=1_000),
        # The receipt was booked on the wrong day: day 4 goes, day 6 comes.
        fact(
            "late-r2", "received", at(6), item_id="late", quantity_milli=4_000, corrects="late-r1"
        ),
        partition=0,
    )
    make_gold(grown)
    full = LakeOnDisk(tmp_path / "full")
    shutil.copytree(grown.root / "silver", full.root / "silver")
    make_gold(full)
    assert figures(inventory(grown), "late", "S", "on_hand_end_milli") == {
        1: 9_000,
        2: 4_000,
        3: 5_000,
        6: 9_000,
    }
    assert inventory(grown) == inventory(full)
    assert grown.table(INVENTORY).version() == before + 1
