"""JAVA_HOME or the PATH in, a Java that is new enough out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError

OLDEST = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True, slots=True)
class Java:
    """One installed Java."""

    executable: Path
    version: int

    @property
    def home(self) -> Path:
        """What JAVA_HOME means: the folder above bin."""
        return self.executable.resolve().parent.parent


def find_java(environment: Mapping[str, str] = os.environ) -> Java:
    """Return the Java of JAVA_HOME, or else the one on the PATH.

    Raises:
        ConfigurationError: there is none, or none that is new enough.
    """
    seen: list[str] = []
    for executable in _candidates(environment):
        version = version_of(executable)
        if version is not None and version >= OLDEST:
            return Java(executable, version)
        seen.append(f"{executable} is {'no Java' if version is None else f'Java {version}'}")
    found = f" ({'; '.join(seen)})" if seen else ""
    msg = (
        f"Java {OLDEST} or newer is needed{found}: install it (Debian: apt-get install "
        f"openjdk-{OLDEST}-jre-headless) and put it on the PATH, or set JAVA_HOME"
    )
    raise ConfigurationError(msg)


def version_of(executable: Path) -> int | None:
    """Return the major version of a java executable, or None if it does not say one."""
    try:
        answer = subprocess.run(
            [str(executable), "-version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = _VERSION.search(answer.stderr + answer.stdout)
    return int(said.group(1)) if said else None


def _candidates(environment: Mapping[str, str]) -> list[Path]:
    candidates: list[Path] = []
    if home := environment.get("JAVA_HOME"):
        candidates.append(Path(home) / "bin" / "java")
    if on_path := shutil.which("java", path=environment.get("PATH")):
        candidates.append(Path(on_path))
    return candidates
