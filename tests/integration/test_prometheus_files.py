"""The files for Prometheus, read by Prometheus' own tool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from operations.observability.prometheus import prometheus_config
from operations.settings import ROOT, StackSettings
from tests.prometheus_package import program

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

FILES = ROOT / "deploy" / "prometheus"


def promtool(*arguments: str, directory: Path = FILES) -> None:
    done = subprocess.run(
        [str(program("promtool")), *arguments],
        cwd=directory, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_rules() -> None:
    promtool("check", "rules", "rules.yml")


def test_the_configuration_of_the_default_ports_is_one() -> None:
    promtool("check", "config", "prometheus.yml")


def test_a_configuration_for_other_ports_is_one_too(tmp_path: Path) -> None:
    settings = StackSettings(tmp_path, 21_000)
    file = tmp_path / "prometheus.yml"
    file.write_text(prometheus_config(settings, rules=str(FILES / "rules.yml")))
    promtool("check", "config", str(file))
    assert "127.0.0.1:21010" in file.read_text()


def test_each_alert_fires_when_it_must_and_not_before() -> None:
    promtool("test", "rules", "rules_test.yml")
