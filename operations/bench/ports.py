"""Ports of this machine in, a base with room for a whole stack above it out."""

from __future__ import annotations

import random

from domain.errors import PlatformError
from operations.settings import PORTS
from operations.supervisor.ports import is_free

_LOWEST, _HIGHEST, _TRIES = 20_000, 30_000, 50


def free_port_base() -> int:
    """Return a `--port-base` that is free now; another process may still take it.

    Raises:
        PlatformError: there is none.
    """
    candidates = range(_LOWEST, _HIGHEST, PORTS)
    for base in random.SystemRandom().sample(candidates, min(_TRIES, len(candidates))):
        if all(is_free(base + offset) for offset in range(PORTS)):
            return base
    msg = "no free range of ports"
    raise PlatformError(msg)
