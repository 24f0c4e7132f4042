"""Log files in, their lines out with the component's name before each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from domain.errors import ConfigurationError

_POLL_SECONDS = 0.2


def logged(folder: Path, component: str | None, lines: int) -> Iterator[str]:
    """Yield the last lines of one component, or of each.

    Raises:
        ConfigurationError: nothing of that name has logged anything there.
    """
    for path in _files(folder, component):
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in deque(file, maxlen=lines):
                yield _prefixed(path, line)


def follow(folder: Path, component: str | None, lines: int) -> Iterator[str]:
    """Yield the last lines, then every line as it comes, until interrupted."""
    at = {path: path.stat().st_size for path in _files(folder, component)}
    yield from logged(folder, component, lines)
    while True:
        time.sleep(_POLL_SECONDS)
        for path in _files(folder, component):
            start = at.get(path, 0)
            with path.open("rb") as file:
                file.seek(start)
                added = file.read()
            whole = added[: added.rfind(b"\n") + 1]
            at[path] = start + len(whole)
            for line in whole.decode("utf-8", "replace").splitlines():
                yield _prefixed(path, line)


def _files(folder: Path, component: str | None) -> list[Path]:
    paths = sorted(folder.glob("*.log"))
    chosen = [path for path in paths if component in {None, path.stem}]
    if not chosen:
        names = ", ".join(path.stem for path in paths) or "nothing yet"
        msg = f"no log of {component or 'anything'} in {folder}: there is {names}"
        raise ConfigurationError(msg)
    return chosen


def _prefixed(path: Path, line: str) -> str:
    return f"{path.stem:<16} | {line.rstrip()}"
