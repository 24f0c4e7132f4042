"""What was measured in, metrics of the catalogue out; a scrape sees whole measurements only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from adapters.telemetry.catalogue import Metric, metrics

_COMPONENT = "monitor"
Family = CounterMetricFamily | GaugeMetricFamily


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one metric; the labels' values are in the catalogue's order."""

    metric: str
    value: float
    labels: tuple[str, ...] = ()


class Board(Collector):
    """Holds the newest measurement of each kind."""

    def __init__(self) -> None:
        self._samples: dict[str, tuple[Sample, ...]] = {}
        self._declared = {each.name: each for each in metrics() if _COMPONENT in each.components}

    def show(self, kind: str, samples: Iterable[Sample]) -> None:
        """Replace what was measured of a kind; nothing means that it is not known now.

        Raises:
            KeyError: the catalogue lacks a metric of that name, or gives it to somebody else.
        """
        found = tuple(samples)
        for each in found:
            if len(self._declared[each.metric].labels) != len(each.labels):
                msg = f"{each.metric} has the labels {self._declared[each.metric].labels}"
                raise KeyError(msg)
        self._samples[kind] = found

    def collect(self) -> Iterator[Family]:
        """Return a family for each metric that has a sample."""
        families: dict[str, Family] = {}
        for each in [sample for kind in list(self._samples.values()) for sample in kind]:
            if each.metric not in families:
                families[each.metric] = _family(self._declared[each.metric])
            families[each.metric].add_metric(each.labels, each.value)
        yield from families.values()


def _family(metric: Metric) -> Family:
    kind = CounterMetricFamily if metric.type == "counter" else GaugeMetricFamily
    return kind(metric.name, metric.meaning, labels=metric.labels)
