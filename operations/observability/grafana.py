"""Panels in, a dashboard in Grafana's JSON out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from operations.observability.panels import ROWS, Kind, Panel, Row

_WIDTH = 24
_HEIGHTS: dict[Kind, int] = {"timeseries": 8, "stat": 6}
# Fixed, so that provisioning replaces the dashboard instead of adding another.
_UID = "nova-corrente"
DATASOURCE_UID = "nova-prometheus"
_SCHEMA_VERSION = 39  # of Grafana 11; newer ones migrate it


def dashboard_json() -> str:
    """Return the dashboard as the file holds it."""
    return json.dumps(dashboard(), ensure_ascii=False, indent=1) + "\n"


def dashboard() -> dict[str, Any]:
    """Return the dashboard: rows of panels, each at its place."""
    return {
        "uid": _UID,
        "title": "Nova Corrente",
        "description": "O fluxo dos dados, do registro bruto ao webhook.",
        "tags": ["nova-corrente"],
        "timezone": "browser",
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "refresh": "5s",
        "time": {"from": "now-30m", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": list(_placed()),
    }


def _placed() -> Iterator[dict[str, Any]]:
    number, top = 1, 0
    for row in ROWS:
        yield _header(row, number, top)
        number, top = number + 1, top + 1
        width = _WIDTH // len(row.panels)
        height = max(_HEIGHTS[each.kind] for each in row.panels)
        for column, panel in enumerate(row.panels):
            place = {"x": column * width, "y": top, "w": width, "h": height}
            yield _panel(panel, number, place)
            number += 1
        top += height


def _header(row: Row, number: int, top: int) -> dict[str, Any]:
    place = {"x": 0, "y": top, "w": _WIDTH, "h": 1}
    return {"id": number, "type": "row", "title": row.title, "gridPos": place, "collapsed": False}


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "gridPos": place,
        "datasource": {"type": "prometheus", "uid": DATASOURCE_UID},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + index), "expr": each.expr, "legendFormat": each.legend}
            for index, each in enumerate(panel.queries)
        ],
    }
