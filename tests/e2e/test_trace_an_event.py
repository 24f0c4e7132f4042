"""`docs/trace-an-event.md`, performed: one requisition line from its row to its webhook.

Each hop is looked up here where it lies, without the code of `nova trace`, and then compared
with what that shows.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable

from tests.e2e.conftest import ROOT, Demo, nova

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

PAGE = (ROOT / "docs" / "trace-an-event.md").read_text(encoding="utf-8")
HOPS = re.findall(r"^### \d+\. (.+)$", PAGE, re.MULTILINE)
FUNCTION = re.compile(r"`([\w/]+\.py::[\w.]+)`")
# Hops of the page that are a store's, under the name that the command gives them.
SHOWN_AS = {"alert": "alert opened", "clean fact": "clean fact, requested",
            "read model": "in the read model", "webhook": "webhook delivered"}  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A requisition line that opened an alert, looked up hop by hop."""

    fact: Row
    alert: Row
    data_dir: Path

    def lake(self, table: str, **wanted: Any) -> Row:
        """Return the one row of a table of the lake that holds these values."""
        return next(rows(self.data_dir, table, **wanted))

    def read_model(self, table: str, **wanted: Any) -> Row:
        return one(self.data_dir / "components/live-view/live_view.sqlite", table, wanted)


def rows(data_dir: Path, table: str, **wanted: Any) -> Iterator[Row]:
    condition = pc.scalar(True)
    for name, value in wanted.items():
        condition = condition & (pc.field(name) == value)
    uri = str(data_dir / "lake" / table)
    yield from DeltaTable(uri).to_pyarrow_dataset().to_table(filter=condition).to_pylist()


def one(path: Path, table: str, wanted: Row) -> Row:
    where = " AND ".join(f"{name} = :{name}" for name in wanted)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        (found,) = database.execute(f"SELECT * FROM {table} WHERE {where}", wanted).fetchall()
    return dict(found)


@pytest.fixture(scope="module")
def line(demo: Demo) -> Line:
    """The first line whose demand opened an alert."""
    opened = sorted(
        rows(demo.data_dir, "silver/stockout", transition="opened"),
        key=lambda row: (row["_partition"], row["_offset"]),
    )
    asked = {
        fact["event_id"]: fact
        for fact in rows(demo.data_dir, "silver/stock_fact", kind="requested")
    }
    for alert in opened:
        if alert["caused_by"] in asked:
            return Line(asked[alert["caused_by"]], alert, demo.data_dir)
    pytest.fail("no line of this export opens an alert: choose another seed")


@pytest.fixture(scope="module")
def shown(line: Line) -> list[Row]:
    """What `nova trace` shows of it, with the stack stopped, hop after hop."""
    said = nova("trace", line.fact["event_id"], "--json", "--data-dir", str(line.data_dir))
    assert said.returncode == 0, said.stderr
    return list(walk(json.loads(said.stdout)["hops"]))


def walk(hops: list[Row]) -> Iterator[Row]:
    for hop in hops:
        yield hop
        yield from walk(hop["hops"])


def hop(shown: list[Row], name: str, where: str = "") -> Row:
    return next(each for each in shown if each["hop"] == name and where in each["where"])


def microseconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp() * 1000) * 1000


def test_the_page_names_the_hops_that_are_performed_here() -> None:
    assert HOPS == [
        "spreadsheet row", "raw record", "bronze row", "clean line", "clean fact", "decision",
        "position", "alert", "read model", "webhook", "gold row",
    ]  # fmt: skip


def test_every_hop_of_the_page_but_the_first_is_one_that_the_command_shows(
    shown: list[Row],
) -> None:
    names = {each["hop"] for each in shown}
    assert {SHOWN_AS.get(name, name) for name in HOPS[1:]} <= names


def test_the_command_names_only_functions_that_the_page_explains(shown: list[Row]) -> None:
    explained = set(FUNCTION.findall(PAGE))
    assert len(explained) > 20
    assert {each["by"] for each in shown} <= explained


def test_the_raw_record_is_the_row_of_the_spreadsheet(
    demo: Demo, line: Line, shown: list[Row]
) -> None:
    raw = hop(shown, "raw record")["record"]["value"]
    text = demo.input_file.read_text(encoding="utf-8-sig").splitlines()
    dialect = ";" if ";" in text[0] else ","
    header, *cells = csv.reader(text, delimiter=dialect)
    row = dict(zip(header, cells[raw["row"] - 2], strict=True))
    assert raw["file"] == demo.input_file.name
    for name, field in (("SOLICITAÇÃO", "requisition"), ("PRODUTO/SERVIÇO", "item"),
                        ("QUANTIDADE", "quantity"), ("FAMÍLIA", "family")):  # fmt: skip
        assert row[name].strip() == (raw[field] or "").strip(), name
    assert raw["event_id"] == line.fact["event_id"]


def test_bronze_holds_the_bytes_of_the_record_under_its_id(line: Line, shown: list[Row]) -> None:
    at = {name: line.fact[f"raw_{name}"] for name in ("topic", "partition", "offset")}
    bronze = line.lake("bronze/requisition_line", **at)
    headers = {each["key"]: each["value"].decode() for each in bronze["headers"]}
    assert headers["ce_id"] == line.fact["event_id"]
    raw = hop(shown, "raw record")
    assert raw["where"] == f"{at['topic']}[{at['partition']}]@{at['offset']}"
    assert raw["record"]["headers"] == headers
    assert raw["record"]["key"].encode() == bronze["key"]
    assert microseconds(raw["at"]) == int(bronze["timestamp"].timestamp() * 1000) * 1000
    assert hop(shown, "bronze row")["after_ms"] > 0


def test_the_clean_line_and_the_fact_come_from_that_record(line: Line, shown: list[Row]) -> None:
    clean = line.lake("silver/requisition_line", event_id=line.fact["event_id"])
    for each in (clean, line.fact):
        assert each["raw_offset"] == line.fact["raw_offset"]
    assert clean["line_id"] == line.fact["line_id"]
    assert hop(shown, "clean line")["record"]["line_id"] == clean["line_id"]
    fact = hop(shown, "clean fact, requested")
    assert fact["where"] == f"clean.stock-fact.v1[{line.fact['_partition']}]@{line.fact['_offset']}"


def test_decision_position_and_alert_name_the_fact_that_caused_them(
    line: Line, shown: list[Row]
) -> None:
    key = {"item_id": line.fact["item_id"], "site_id": line.fact["site_id"]}
    decision = line.lake("silver/stock_decided", caused_by=line.fact["event_id"])
    assert decision["transition"] == "opened"
    assert decision["log_offset"] == line.fact["_offset"]
    assert hop(shown, "decision")["record"]["event_id"] == decision["event_id"]
    later = [
        each["log_offset"]
        for each in rows(line.data_dir, "silver/stock_position", **key)
        if each["log_offset"] >= line.fact["_offset"]
    ]
    assert hop(shown, "position")["record"]["log_offset"] == min(later)
    assert line.alert["crossing_event_id"] == line.fact["event_id"]
    assert hop(shown, "alert opened")["record"]["alert_id"] == line.alert["alert_id"]


def test_the_read_model_holds_fact_position_and_alert(line: Line, shown: list[Row]) -> None:
    key = {"item_id": line.fact["item_id"], "site_id": line.fact["site_id"]}
    fact = line.read_model("fact", event_id=line.fact["event_id"], **key)
    assert fact["log_offset"] == line.fact["_offset"]
    assert line.read_model("position", **key)["log_offset"] >= line.fact["_offset"]
    assert line.read_model("alert", alert_id=line.alert["alert_id"])["site_id"] == key["site_id"]
    for table in ("fact", "position", "alert"):
        assert hop(shown, "in the read model", f"table {table}")["after_ms"] >= 0


def test_the_webhook_was_sent_once_and_its_signature_verified(line: Line, shown: list[Row]) -> None:
    path = line.data_dir / "components/webhooks/webhooks.sqlite"
    delivery = one(path, "delivery", {"transition_id": line.alert["event_id"]})
    assert delivery["state"] == "delivered"
    received = [
        json.loads(each)
        for each in (line.data_dir / "webhook-receiver/deliveries.jsonl").read_text().splitlines()
    ]
    (arrived,) = [each for each in received if each["id"] == line.alert["event_id"]]
    assert arrived["verified"]
    assert json.loads(arrived["body"])["data"]["caused_by"] == line.fact["event_id"]
    webhook = hop(shown, "webhook delivered")
    assert line.alert["event_id"] in webhook["where"]
    assert microseconds(webhook["at"]) == delivery["first_attempt_at"] // 1000 * 1000


def test_gold_holds_the_day_of_the_line(line: Line, shown: list[Row]) -> None:
    day = line.fact["occurred_at"].astimezone(ZoneInfo("America/Sao_Paulo")).date()
    key = {"item_id": line.fact["item_id"], "site_id": line.fact["site_id"]}
    gold = line.lake("gold/fact_inventory", **key, date=day)
    assert gold["requested_milli"] >= line.fact["quantity_milli"]
    assert hop(shown, "gold row")["record"]["facts"] == gold["facts"]


def test_the_id_of_the_alert_leads_to_the_same_line(line: Line) -> None:
    said = nova("trace", line.alert["alert_id"], "--data-dir", str(line.data_dir))
    assert said.returncode == 0, said.stderr
    assert line.fact["event_id"] in said.stdout


def test_an_unknown_id_ends_with_a_hint(line: Line) -> None:
    mistyped = line.alert["alert_id"][:-1] + "x"
    said = nova("trace", mistyped, "--data-dir", str(line.data_dir))
    assert said.returncode == 2
    assert f"the nearest is {line.alert['alert_id']}" in said.stderr.replace("\n", "")
