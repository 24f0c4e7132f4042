"""The catalogue in, docs/metrics.md out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from adapters.telemetry.catalogue import Metric, metrics

_RUNBOOK = re.compile(r"docs/runbooks/([a-z-]+)\.md")
_HEAD = """\
# Metrics

<!-- Made from adapters/telemetry/catalogue.yaml by `python -m operations.observability`. -->

Every component serves `/metrics` on its telemetry port on loopback; `nova status` shows the ports.
`deploy/prometheus/prometheus.yml` scrapes all of them, `deploy/prometheus/rules.yml` holds the
alerts, each with a page in `docs/runbooks/`, and `deploy/grafana/` the dashboard. For other ports:
`python -m operations.observability --port-base N`.

Names are `nova_<thing>_<unit>[_total]`; labels are `component`, `topic` and `reason` and nothing
else, never an item, a site or an offset. Where a metric has no label `component` of its own,
Prometheus adds the name of the process that it scraped, as `nova status` shows it.

How far each component is behind is measured by one process, `monitor`, in the stores that they
would go on from after a kill: it is known while they are down
([decision](adr/0007-lag-is-measured-from-outside.md)).

To look at it: run Debian's `prometheus --config.file=deploy/prometheus/prometheus.yml`. Grafana is
not packaged here and not needed; where you have one, give it `deploy/grafana/provisioning` as its
provisioning folder and `NOVA_DASHBOARDS` as the full path of `deploy/grafana/dashboards`. The tests
hold every panel's query against a real Prometheus over the running stack, and the file's shape
against what Grafana reads; no Grafana runs in them.
"""


def metrics_page() -> str:
    """Return the page, a table for each component."""
    sections = [_section(component, found) for component, found in _by_component().items()]
    return "\n".join([_HEAD, *sections])


def _by_component() -> dict[str, list[Metric]]:
    """Group the metrics; one that several components export comes first."""
    groups: dict[str, list[Metric]] = {}
    for each in sorted(metrics(), key=lambda metric: -len(metric.components)):
        groups.setdefault(", ".join(each.components), []).append(each)
    return groups


def _section(component: str, found: Iterable[Metric]) -> str:
    return "\n".join([f"## {component}", "", *_table(found), ""])


def _table(found: Iterable[Metric]) -> Iterator[str]:
    yield "| metric | type, unit | labels | what it means | what to do when it is odd |"
    yield "|---|---|---|---|---|"
    for each in found:
        labels = ", ".join(f"`{label}`" for label in each.labels) or "–"
        kind = f"{each.type}, {each.unit}"
        yield f"| `{each.name}` | {kind} | {labels} | {each.meaning} | {_linked(each.when_odd)} |"


def _linked(text: str) -> str:
    """Turn the path of a runbook into a link from docs/.

    >>> _linked("See docs/runbooks/lag-high.md.")
    'See [lag-high](runbooks/lag-high.md).'
    """
    return _RUNBOOK.sub(r"[\1](runbooks/\1.md)", text)
