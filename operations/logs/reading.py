"""A folder of log files in, their lines in the order of time out, and then as they come."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError
from operations.logs.line import LogLine, parsed
from operations.settings import typed

_POLL_SECONDS = 0.2
Wants = Callable[[LogLine], bool]


def logged(
    folder: Path, components: Collection[str], *, wants: Wants, most: int | None
) -> Iterator[LogLine]:
    """Return the wanted lines, of each component the last so many, all in the order of time.

    Raises:
        ConfigurationError: nothing of such a name has logged anything there.
    """
    files = [_Followed(path) for path in _files(folder, components)]
    return _merged(files, wants, most)


def follow(
    folder: Path, components: Collection[str], *, wants: Wants, most: int | None
) -> Iterator[LogLine]:
    """Yield the same, then every wanted line as it comes, until interrupted.

    A component that starts to log later, or whose file is begun anew, is followed too.
    """
    files = {path: _Followed(path) for path in _files(folder, components)}
    yield from _merged(list(files.values()), wants, most)
    while True:
        time.sleep(_POLL_SECONDS)
        for path in sorted(folder.glob("*.log")):
            if not components or path.stem in components:
                files.setdefault(path, _Followed(path))
        yield from _merged(list(files.values()), wants, None)


@dataclass(slots=True)
class _Followed:
    """One file, and how far it has been read."""

    path: Path
    at: int = 0
    last: LogLine | None = None

    def added(self) -> Iterator[LogLine]:
        """Yield the whole lines that were added since."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                # Begun anew: what it holds now was never shown.
                file.seek(self.at if self.at <= size else 0)
                text = file.read(size - file.tell())
                whole = text[: text.rfind(b"\n") + 1]
                self.at = size - len(text) + len(whole)
        except FileNotFoundError:
            self.at = 0
            return
        for written in whole.decode("utf-8", "replace").splitlines():
            for line in parsed(self.path.stem, written, self.last):
                self.last = line
                yield line


def _merged(files: list[_Followed], wants: Wants, most: int | None) -> Iterator[LogLine]:
    of_each = (deque(filter(wants, each.added()), maxlen=most) for each in files)
    # A line without a time stays with those before it.
    return heapq.merge(*of_each, key=lambda line: line.at or 0)


def _files(folder: Path, components: Collection[str]) -> list[Path]:
    paths = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if not paths:
        start = typed("up", folder.parent)
        msg = f"nothing has been logged in {folder} yet: start the stack with {start}"
        raise ConfigurationError(msg)
    unknown = [each for each in components if each not in paths]
    if unknown:
        msg = f"no log of {', '.join(unknown)} in {folder}: there is {', '.join(paths)}"
        raise ConfigurationError(msg)
    return [path for name, path in paths.items() if not components or name in components]
