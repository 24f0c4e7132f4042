"""What importing the forecasters costs a worker that forecasts nothing: no heavy library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MODULES = (
    "contract",
    "intermittent",
    "mean_rate",
    "prophet_weeks",
    "brazilian_days",
    "with_fallback",
)
HEAVY = {"prophet", "statsforecast", "pandas", "holidays", "cmdstanpy", "numpy"}


def test_the_heavy_libraries_are_imported_by_who_forecasts_and_by_nobody_else() -> None:
    imports = "; ".join(f"import forecasting.{each}" for each in MODULES)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print(*sorted(sys.modules))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "forecasting.prophet_weeks" in loaded
    assert loaded & HEAVY == set()
