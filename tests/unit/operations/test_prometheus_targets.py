"""Whom Prometheus scrapes."""

from __future__ import annotations

from pathlib import Path

import yaml

from operations.components import Profile, catalogue
from operations.java import Java
from operations.observability.prometheus import prometheus_config
from operations.settings import StackSettings
from operations.supervisor import Component
from tests.unit.operations.small_artifacts import small_artifacts


def test_every_component_with_telemetry_is_scraped_under_its_own_name(tmp_path: Path) -> None:
    settings = StackSettings(tmp_path / "data", 9000)
    parts = catalogue(
        settings,
        artifacts=small_artifacts(tmp_path),
        java=Java(Path("java"), 17),
        profile=Profile.LIVE,
    )
    telling = {
        each.name: f"127.0.0.1:{each.env['TELEMETRY_PORT']}"
        for each in parts
        if isinstance(each, Component) and "TELEMETRY_PORT" in each.env
    }
    (job,) = yaml.safe_load(prometheus_config(settings))["scrape_configs"]
    scraped = {each["labels"]["component"]: each["targets"] for each in job["static_configs"]}
    assert len(telling) > 5
    assert scraped == {name: [target] for name, target in telling.items()}
