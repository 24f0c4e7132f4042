"""Every number of the demo's report, against counts that share no code with it."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable

from tests.e2e.conftest import Demo, nova
from tests.e2e.recorded_log import refold

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

LINES_TOPIC = "raw.requisition-line.v1"
DATES = ("DATA REQUISITADA", "DATA SOLICITADO", "DATA DE COMPRA")


def rows(demo: Demo, table: str, *columns: str) -> list[dict[str, Any]]:
    table_uri = demo.data_dir / "lake" / table
    found: list[dict[str, Any]] = (
        DeltaTable(str(table_uri)).to_pyarrow_table(columns=list(columns)).to_pylist()
    )
    return found


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        dialect = ";" if ";" in file.readline() else ","
        file.seek(0)
        return list(csv.DictReader(file, delimiter=dialect))


def test_every_line_is_taken_in_a_repeat_or_refused(demo: Demo) -> None:
    lines = lines_of(demo.input_file)
    undated = [line for line in lines if not any(line[name].strip() for name in DATES)]
    dated = [tuple(cell.strip() for cell in line.values()) for line in lines if line not in undated]
    accounting = demo.report["accounting"][LINES_TOPIC]
    assert demo.report["input"]["lines"] == len(lines)
    assert demo.report["topics"][LINES_TOPIC]["records"] == len(lines)
    assert accounting == {
        "records": len(lines),
        "gaps": 0,
        "silver": len(set(dated)),
        "duplicates": len(dated) - len(set(dated)),
        "dead_letters": len(undated),
        "unaccounted": 0,
    }
    assert demo.report["dead_letters"]["by_topic"][LINES_TOPIC] == len(undated)
    assert demo.report["dead_letters"]["by_reason"]["undated"] == len(undated)


def test_nothing_is_unaccounted_for_in_any_topic(demo: Demo) -> None:
    for topic, counts in demo.report["accounting"].items():
        assert counts["unaccounted"] == 0, topic
        bronze = f"bronze/{topic.split('.')[1].replace('-', '_')}"
        assert counts["records"] == len(rows(demo, bronze, "offset")), topic
        assert counts["records"] == demo.report["topics"][topic]["records"], topic


def test_silver_counts_distinct_events(demo: Demo) -> None:
    for table in ("requisition_line", "stock_fact", "stock_decided", "stockout"):
        ids = {row["event_id"] for row in rows(demo, f"silver/{table}", "event_id")}
        assert demo.report["silver"][table] == len(ids), table


def test_gold_counts_its_rows(demo: Demo) -> None:
    manifest = json.loads((demo.data_dir / "lake/gold/manifest.json").read_text())
    assert manifest
    for table in ("dim_item", "dim_site", "dim_time", "fact_inventory"):
        uri = demo.data_dir / "lake/gold" / table
        assert demo.report["gold"][table] == DeltaTable(str(uri)).to_pyarrow_dataset().count_rows()
        assert demo.report["gold"][table] > 0


def test_the_calendar_came_through_to_the_days_of_gold(demo: Demo) -> None:
    accounting = demo.report["accounting"]["raw.calendar-day.v1"]
    assert accounting["silver"] == accounting["records"] == demo.report["silver"]["calendar_day"]
    columns = ("date", "is_national_holiday", "holiday_names", "is_business_day")
    days = {row["date"]: row for row in rows(demo, "gold/dim_time", *columns)}
    assert {row["is_national_holiday"] for row in days.values()} == {True, False}
    for year in {day.year for day in days}:
        independence = days[date(year, 9, 7)]
        assert independence["holiday_names"] == ["Independência do Brasil"]
        assert not independence["is_business_day"]


def test_silver_is_as_expected_and_everybody_is_told(demo: Demo) -> None:
    quality = demo.report["quality"]
    assert (quality["success"], quality["failed"]) == (True, 0)
    assert f"quality: {quality['expectations']} expectations of silver, all hold" in demo.output
    shown = json.loads(nova("status", "--json", "--data-dir", str(demo.data_dir)).stdout)
    assert shown["quality"]["expectations"] == quality["expectations"]
    suites = {each["suite"]: each["rows"] for each in shown["quality"]["suites"]}
    assert set(suites) == {"facts", "items", "sites", "requisition_lines", "calendar_days"}
    assert all(suites.values())
    assert (demo.data_dir / "lake/quality/docs/index.html").is_file()


def test_the_forecasts_of_the_report_are_those_of_gold_and_of_the_log(demo: Demo) -> None:
    told = demo.report["forecasts"]
    gold = rows(demo, "gold/fact_forecasts", "forecast_version", "level", "item_id", "family")
    assert {row["forecast_version"] for row in gold} == {told["version"]}
    assert len({(row["level"], row["item_id"] or row["family"]) for row in gold}) == told["series"]
    assert told["series"] == told["fitted"] + len(told["fallbacks"])
    assert told["failed"] == []
    assert demo.report["gold"]["fact_forecasts"] == len(gold)
    items = {row["item_id"] for row in gold if row["level"] == "item"}
    assert demo.report["topics"]["raw.demand-prior.v1"]["records"] == told["priors"] == len(items)
    facts = rows(demo, "silver/stock_fact", "kind", "item_id", "forecast_version", "_partition")
    priors = [row for row in facts if row["kind"] == "prior_changed"]
    assert {row["forecast_version"] for row in priors} == {told["version"]}
    assert {(row["item_id"], row["_partition"]) for row in priors} == {
        (item, partition) for item in items for partition in range(6)
    }


def test_every_position_knows_the_forecast_that_is_in_it(demo: Demo) -> None:
    version = demo.report["forecasts"]["version"]
    read_model = demo.data_dir / "components/live-view/live_view.sqlite"
    with closing(sqlite3.connect(f"file:{read_model}?mode=ro", uri=True)) as database:
        for table in ("position", "demand_estimate"):
            query = f"SELECT forecast_version, count(*) FROM {table} GROUP BY 1"
            assert database.execute(query).fetchall() == [(version, demo.report["positions"])]


def test_there_is_a_position_for_every_key_that_has_a_fact(demo: Demo) -> None:
    keys = {
        (row["item_id"], row["site_id"])
        for row in rows(demo, "silver/stock_fact", "item_id", "site_id")
        if row["item_id"] is not None and row["site_id"] is not None
    }
    assert demo.report["positions"] == len(keys)
    assert demo.report["reconciliation"] == {"keys": len(keys), "differences": 0}


def test_alerts_are_those_that_the_recorded_log_leads_to(demo: Demo) -> None:
    transitions = refold(demo.data_dir / "lake")
    published = {row["event_id"] for row in rows(demo, "silver/stockout", "event_id")}
    assert published == set(transitions)
    counts = Counter(str(each) for each in transitions.values())
    assert demo.report["alerts"] == {
        "opened": counts["opened"], "recovered": counts["recovered"],
    }  # fmt: skip
    assert counts["opened"] > 0


def test_every_alert_reached_the_receiver_with_a_valid_signature(demo: Demo) -> None:
    alerts = demo.report["alerts"]
    webhooks = demo.report["webhooks"]
    assert webhooks["delivered"] == alerts["opened"] + alerts["recovered"]
    assert webhooks["verified"] == webhooks["delivered"]
    assert webhooks["failed"] == 0
    log = demo.data_dir / "webhook-receiver/deliveries.jsonl"
    received = [json.loads(line) for line in log.read_text().splitlines()]
    published = {row["event_id"] for row in rows(demo, "silver/stockout", "event_id")}
    assert {each["id"] for each in received if each["verified"]} == published


def test_on_hand_in_the_read_model_is_the_plain_sum_of_its_facts(demo: Demo) -> None:
    effect = {"issued": -1, "scrapped": -1, "transferred_out": -1, "received": 1, "returned": 1,
              "transferred_in": 1, "adjusted": 1}  # fmt: skip
    facts = {row["event_id"]: row for row in DeltaTable(
        str(demo.data_dir / "lake/silver/stock_fact")
    ).to_pyarrow_table(filters=pc.field("site_id").is_valid()).to_pylist()}  # fmt: skip
    history: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for fact in facts.values():
        if fact["item_id"] is not None:
            history.setdefault((fact["item_id"], fact["site_id"]), []).append(fact)
    read_model = demo.data_dir / "components/live-view/live_view.sqlite"
    with closing(sqlite3.connect(f"file:{read_model}?mode=ro", uri=True)) as database:
        held = {
            (item, site): on_hand
            for item, site, on_hand in database.execute(
                "SELECT item_id, site_id, on_hand_milli FROM position"
            )
        }
    assert set(held) == set(history)
    for key, of_key in history.items():
        counts = [each for each in of_key if each["kind"] == "counted"]
        last = max(counts, key=lambda each: each["occurred_at"], default=None)
        on_hand = last["quantity_milli"] if last else 0
        for each in of_key:
            if last is None or each["occurred_at"] > last["occurred_at"]:
                on_hand += effect.get(each["kind"], 0) * (each["quantity_milli"] or 0)
        assert held[key] == on_hand, key


def test_the_report_says_how_long_it_took_and_what_it_needed(demo: Demo) -> None:
    seconds = demo.report["seconds"]
    assert 0 < seconds["stack_ready"] < seconds["first_alert"] < seconds["total"]
    peaks = demo.report["peak_rss_mib"]
    assert {"broker", "registry", "cleaning", "stock", "pooling", "lakehouse"} <= set(peaks)
    assert all(peak > 0 for peak in peaks.values())


def test_the_summary_says_what_came_in_what_runs_out_and_the_proof(demo: Demo) -> None:
    assert f"{demo.report['input']['lines']:,} lines of {demo.input_file.name}" in demo.output
    assert "proof holds" in demo.output
    assert "ponto de pedido" in demo.output


def test_verify_holds_with_the_stack_stopped(demo: Demo) -> None:
    verified = nova("verify", "--data-dir", str(demo.data_dir))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "proof holds:" in verified.stdout
    assert f"  {demo.report['positions']:,} positions, 0 differ" in verified.stdout
