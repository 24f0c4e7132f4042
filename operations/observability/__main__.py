"""Write what is made from the catalogue: `python -m operations.observability`.

With `--port-base N` it prints a configuration for Prometheus of a stack at these ports instead.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from operations.observability.grafana import dashboard_json
from operations.observability.page import metrics_page
from operations.observability.prometheus import prometheus_config
from operations.settings import ROOT, StackSettings

_RULES = ROOT / "deploy" / "prometheus" / "rules.yml"


def made_files() -> dict[Path, str]:
    """Return every file that is made, with its content."""
    return {
        ROOT / "docs" / "metrics.md": metrics_page(),
        ROOT / "deploy" / "prometheus" / "prometheus.yml": prometheus_config(
            StackSettings(Path("data"))
        ),
        ROOT / "deploy" / "grafana" / "dashboards" / "nova-corrente.json": dashboard_json(),
    }


def main() -> None:
    """Write the files, or print one configuration."""
    parser = argparse.ArgumentParser(prog="python -m operations.observability")
    parser.add_argument("--port-base", type=int, help="print a configuration for these ports")
    chosen = parser.parse_args()
    if chosen.port_base is not None:
        settings = StackSettings(Path("data"), chosen.port_base)
        print(prometheus_config(settings, rules=str(_RULES)), end="")
        return
    for path, content in made_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
