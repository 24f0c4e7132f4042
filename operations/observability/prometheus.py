"""The ports of a stack in, a configuration for Prometheus out."""

from __future__ import annotations

from typing import Any

import yaml

from operations.settings import StackSettings

# The broker and the registry have no telemetry of ours: the monitor tells whether they are up. The
# webhook receiver is the demo's.
_WITHOUT_TELEMETRY = {"api", "broker", "broker-controller", "registry", "webhook-receiver"}
_OF_THE_API = "api-telemetry"
_HEAD = "# Made by `python -m operations.observability [--port-base N]`; the rules are beside it.\n"


def prometheus_config(
    settings: StackSettings, *, interval: str = "5s", rules: str = "rules.yml"
) -> str:
    """Return the configuration that scrapes every component of `nova up`.

    Args:
        settings: which ports.
        interval: between two scrapes, and between two evaluations of the rules.
        rules: path of the rules' file, relative to the configuration's.
    """
    content: dict[str, Any] = {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [rules],
        "scrape_configs": [
            {
                "job_name": "nova",
                # The monitor names the components that it measures: its labels are the truth.
                "honor_labels": True,
                "static_configs": [_target(settings, each) for each in scraped(settings)],
            }
        ],
    }
    return _HEAD + yaml.safe_dump(content, sort_keys=False)


def scraped(settings: StackSettings) -> tuple[str, ...]:
    """Return the listeners that serve telemetry."""
    return tuple(name for name in settings.listeners if name not in _WITHOUT_TELEMETRY)


def component_of(listener: str) -> str:
    """Return whose telemetry a listener serves."""
    return "api" if listener == _OF_THE_API else listener


def _target(settings: StackSettings, listener: str) -> dict[str, Any]:
    return {
        "targets": [f"127.0.0.1:{settings.port(listener)}"],
        "labels": {"component": component_of(listener)},
    }
