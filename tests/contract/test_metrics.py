"""One catalogue of metrics: the code, the page, the rules and the dashboard agree with it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.telemetry.catalogue import Metric, exported_series, metrics
from operations.observability.__main__ import made_files
from operations.observability.grafana import DATASOURCE_UID
from tests.contract.source_tree import ROOT, modules, named, root_packages, tree

LABELS = {"component", "topic", "reason"}
TYPES = {"Counter": "counter", "Gauge": "gauge", "Histogram": "histogram"}
SERIES = re.compile(r"\bnova_[a-z_]+")
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
MONITOR = ROOT / "operations" / "monitor"

every_metric = pytest.mark.parametrize("metric", metrics(), ids=lambda each: each.name)
every_dashboard = pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)


def declared() -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Return type, labels and place of every metric that code declares with prometheus_client."""
    found = {}
    for path in modules(*root_packages()):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in TYPES:
                continue
            if not (node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.args[0].value
            labels = tuple(ast.literal_eval(node.args[2])) if len(node.args) > 2 else ()
            kind = TYPES[ast.unparse(node.func)]
            found[name] = kind, labels, f"{named(path)}:{node.lineno}"
    return found


def measured() -> set[str]:
    """Return every metric that the monitor names."""
    return {
        node.value
        for path in modules("operations")
        if path.is_relative_to(MONITOR)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SERIES.fullmatch(node.value)
    }


def rules() -> list[dict[str, Any]]:
    content = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in content["groups"] for rule in group["rules"]]


def test_the_code_exports_what_the_catalogue_lists_and_nothing_else() -> None:
    listed = {each.name for each in metrics()}
    exported = set(declared()) | measured()
    assert len(exported) > 30
    assert exported - listed == set(), "add these to adapters/telemetry/catalogue.yaml"
    assert listed - exported == set(), "nothing exports these any more"


def test_type_and_labels_are_as_the_catalogue_says() -> None:
    listed = {each.name: (each.type, each.labels) for each in metrics()}
    differing = {
        f"{name} at {where}": (kind, labels, listed[name])
        for name, (kind, labels, where) in declared().items()
        if listed[name] != (kind, labels)
    }
    assert differing == {}


@every_metric
def test_a_metric_is_named_and_labelled_by_the_rules(metric: Metric) -> None:
    assert re.fullmatch(r"nova_[a-z]+(_[a-z]+)+", metric.name)
    assert metric.name.endswith("_total") == (metric.type == "counter")
    assert set(metric.labels) <= LABELS
    assert metric.components
    if metric.type == "histogram" or metric.unit == "seconds":
        assert metric.name.endswith("_seconds")


@every_metric
def test_a_metric_says_what_it_means_and_what_to_do(metric: Metric) -> None:
    assert metric.meaning.endswith(".")
    assert metric.when_odd.endswith(".")
    named_pages = re.findall(r"docs/runbooks/[a-z-]+\.md", metric.when_odd)
    assert [page for page in named_pages if not (ROOT / page).is_file()] == []


@pytest.mark.parametrize("path", list(made_files()), ids=lambda path: named(path))
def test_what_is_made_from_the_catalogue_is_not_stale(path: Path) -> None:
    made = made_files()[path]
    assert path.read_text(encoding="utf-8") == made, "run `python -m operations.observability`"


@every_dashboard
def test_every_panel_uses_a_metric_that_exists(path: Path) -> None:
    panels = [p for p in json.loads(path.read_text())["panels"] if p["type"] != "row"]
    assert len(panels) > 10
    for panel in panels:
        used = {s for t in panel["targets"] for s in SERIES.findall(t["expr"])}
        assert used, panel["title"]
        assert used - exported_series() == set(), panel["title"]


@every_dashboard
def test_a_dashboard_has_the_shape_that_grafana_reads(path: Path) -> None:
    board = json.loads(path.read_text())
    assert {"uid", "title", "schemaVersion", "panels", "time", "refresh"} <= set(board)
    ids = [each["id"] for each in board["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert set(place) == {"x", "y", "w", "h"}
        assert place["x"] + place["w"] <= 24
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": DATASOURCE_UID}
            references = [each["refId"] for each in panel["targets"]]
            assert len(set(references)) == len(references)
            assert all(each["legendFormat"] for each in panel["targets"])


@every_dashboard
def test_no_two_panels_lie_over_each_other(path: Path) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in json.loads(path.read_text())["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]


def test_the_datasource_that_panels_ask_is_provisioned() -> None:
    file = ROOT / "deploy" / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["datasources"]
    assert (source["uid"], source["type"]) == (DATASOURCE_UID, "prometheus")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_uses_metrics_that_exist_and_has_its_page(rule: dict[str, Any]) -> None:
    used = set(SERIES.findall(rule["expr"]))
    assert used
    assert used - exported_series() == set()
    assert rule["labels"]["severity"] in ("page", "ticket")
    page = (ROOT / rule["annotations"]["runbook_url"]).read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert len(page.split()) > 60


def test_every_alert_is_tested() -> None:
    tests = yaml.safe_load(RULES.with_name("rules_test.yml").read_text(encoding="utf-8"))["tests"]
    fired = {
        each["alertname"]
        for test in tests
        for each in test["alert_rule_test"]
        if each["exp_alerts"]
    }
    assert {rule["alert"] for rule in rules()} - fired == set()
