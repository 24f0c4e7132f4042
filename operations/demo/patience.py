"""A call that may fail for a while in, its answer out: components are killed and come back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import KafkaException

from domain.errors import TransientError

Answer = TypeVar("Answer")

# Longer than any component takes to be restarted and to read its state back.
PATIENCE_SECONDS = 240.0
_RETRY_SECONDS = 0.5


def patiently(call: Callable[[], Answer], *, waiting: Callable[[], None]) -> Answer:
    """Return what a call answers, trying again while the other side is away.

    `waiting` is called between two tries; it may raise to end the trying.

    Raises:
        TransientError: it was away for too long.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except (TransientError, KafkaException, TimeoutError) as error:
            if time.monotonic() > deadline:
                why = str(error) or "no answer in time"
                raise TransientError(why) from error
        waiting()
        time.sleep(_RETRY_SECONDS)
