"""The design's arrows between the rooms, and the bans of the pure ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.contract.source_tree import ROOT


def test_no_import_goes_against_the_arrows() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run(
        [linter, "--no-cache", "--config", "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 broken" in found.stdout
    assert "3 kept" in found.stdout
