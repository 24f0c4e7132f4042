"""The PATH in, a Chromium for the browser tests out: installed where this process may."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from rich.console import Console

from domain.errors import ConfigurationError

NAMES = ("chromium", "google-chrome", "chromium-browser")
HOW = "the browser tests need Chromium: install it (Debian: apt-get install chromium), or Chrome"
_INSTALL = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "chromium"))


def find_chromium() -> Path | None:
    """Return the first browser on the PATH that the tests can drive."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return None if found is None else Path(found)


def prepare_chromium(console: Console) -> None:
    """Install Debian's Chromium where there is no browser and this process is root.

    Raises:
        ConfigurationError: there is none, and it cannot be installed from here.
    """
    if find_chromium() is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ConfigurationError(HOW)
    console.print("installing chromium (once) …", highlight=False)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in _INSTALL:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            msg = f"{HOW}; `{' '.join(command)}` said: {done.stderr.strip()[-300:]}"
            raise ConfigurationError(msg)
