"""How far a job has come, as log lines that a progress bar can be drawn from."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

_log = structlog.get_logger()


class Stages:
    """Counts the stages of one run; each logs one line when it is done."""

    def __init__(self, names: Sequence[str]) -> None:
        self._total = len(names)
        self._done = 0

    def done(self, name: str, **figures: object) -> None:
        """Say that one more stage is done, and what it found."""
        self._done += 1
        _log.info("stage", stage=name, done=self._done, total=self._total, **figures)
