"""Waiting out an outage: an operation in, its result out, or its last failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from domain.errors import TransientError

T = TypeVar("T")

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0


def patiently(
    operation: Callable[[], T],
    *,
    within_seconds: float,
    on_failure: Callable[[TransientError], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Return what the operation returns, trying again while it fails for a passing reason.

    Raises:
        TransientError: the pauses between the attempts came to more than `within_seconds`.
    """
    pause, waited = _FIRST_PAUSE_SECONDS, 0.0
    while True:
        try:
            return operation()
        except TransientError as error:
            if waited >= within_seconds:
                raise
            on_failure(error)
        sleep(pause)
        waited += pause
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
