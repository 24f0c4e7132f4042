"""Every metric of the platform, read from the YAML file beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

_FILE = Path(__file__).with_name("catalogue.yaml")
MetricType = Literal["counter", "gauge", "histogram"]
# What a histogram is scraped as; the others are scraped under their own name.
_HISTOGRAM_SERIES = ("_bucket", "_count", "_sum")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: what it counts, who exports it, what to do when it looks odd."""

    name: str
    type: MetricType
    unit: str
    labels: tuple[str, ...]
    components: tuple[str, ...]
    meaning: str
    when_odd: str

    @property
    def series(self) -> frozenset[str]:
        """The names under which Prometheus keeps it."""
        if self.type == "histogram":
            return frozenset(self.name + suffix for suffix in _HISTOGRAM_SERIES)
        return frozenset({self.name})


@cache
def metrics() -> tuple[Metric, ...]:
    """Return every metric, in the order of the file."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_metric(name, each) for name, each in content.items())


def exported_series() -> frozenset[str]:
    """Return every name of a series that a dashboard or a rule may use."""
    return frozenset().union(*(each.series for each in metrics()))


def _metric(name: str, content: dict[str, Any]) -> Metric:
    if content["type"] not in get_args(MetricType):
        msg = f"{name}: no metric is a {content['type']}"
        raise ValueError(msg)
    return Metric(
        name=name,
        type=content["type"],
        unit=content["unit"],
        labels=tuple(content["labels"]),
        components=tuple(content["components"]),
        meaning=content["meaning"],
        when_odd=content["when_odd"],
    )
