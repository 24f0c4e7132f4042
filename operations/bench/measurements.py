"""What was measured in, one JSON file that says where it was measured out."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

# Whose versions decide what is measured.
_PACKAGES = ("confluent-kafka", "faust-streaming", "deltalake", "pyspark", "delta-spark")


def machine() -> dict[str, Any]:
    """Return what a reader must know to compare the numbers with others."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average": [round(each, 1) for each in os.getloadavg()],
        "versions": {name: version(name) for name in _PACKAGES},
    }


def write(path: Path, measurements: dict[str, Any]) -> None:
    """Write measurements together with the machine they are from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine(), **measurements}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
