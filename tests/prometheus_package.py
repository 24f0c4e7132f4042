"""Debian's package `prometheus`, with promtool: there, installed, or said to be missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_PACKAGE = "prometheus"
_SECONDS = 240


def program(name: str) -> Path:
    """Return a program of the package; root installs the package where it is missing."""
    found = shutil.which(name)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = shutil.which(name)
    if found is None:
        pytest.fail(f"`{name}` is missing: install it with `apt-get install {_PACKAGE}`")
    return Path(found)


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", _PACKAGE]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode != 0:
            pytest.fail(f"`{' '.join(command)}` failed: {done.stderr or done.stdout}")
