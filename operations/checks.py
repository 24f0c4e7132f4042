"""The stages of `nova test`, in order of cost: names in, an exit code out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from rich.console import Console

from domain.errors import ConfigurationError
from operations.artifacts import ArtifactStore
from operations.chromium import prepare_chromium
from operations.settings import ROOT

_STAGES: dict[str, tuple[str, ...]] = {
    "lint": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "mypy"),
    "arrows": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
    "unit": ("-m", "pytest", "-n", "2", "--dist", "worksteal", "tests/unit"),
    "contract": ("-m", "pytest", "tests/contract"),
    "integration": ("-m", "pytest", "tests/integration"),
    "browser": ("-m", "pytest", "tests/browser"),
    "e2e": ("-m", "pytest", "tests/e2e"),
}
# Tests start many processes: what they import is compiled once, also where the shell says that
# no bytecode is to be written beside the sources.
_KEPT_BYTECODE = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(ROOT / ".nova" / "bytecode"),
}
_NEED_ARTIFACTS = frozenset({"integration", "browser", "e2e"})


def run_checks(console: Console, only: Sequence[str]) -> int:
    """Run the chosen stages, or all; return the first exit code that is not 0.

    Raises:
        ConfigurationError: there is no stage of that name, or no browser for one.
    """
    unknown = [name for name in only if name not in _STAGES]
    if unknown:
        msg = f"no stage {unknown[0]!r}: choose from {', '.join(_STAGES)}"
        raise ConfigurationError(msg)
    for name in only or _STAGES:
        if code := _run(console, name):
            return code
    return 0


def _run(console: Console, name: str) -> int:
    if name in _NEED_ARTIFACTS:
        ArtifactStore().prepare()
    if name == "browser":
        prepare_chromium(console)
    console.rule(name)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *_STAGES[name]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **_KEPT_BYTECODE},
        check=False,
    )
    word = "ok" if done.returncode == 0 else f"failed with exit code {done.returncode}"
    console.print(f"{name}: {word} after {time.monotonic() - began:.1f} s", highlight=False)
    return done.returncode
