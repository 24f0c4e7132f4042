"""The life of a sink's process: sessions until it is told to stop, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

import structlog

from adapters.telemetry import Readiness
from domain.errors import ConfigurationError, TransientError

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
_log = structlog.get_logger()


def keep_running(
    session: Callable[[], None], *, stopping: threading.Event, readiness: Readiness
) -> None:
    """Run sessions until stopping is set.

    A session reads its positions from its own store, so whatever it had in memory when it
    failed is simply read again.
    """
    pause = _FIRST_PAUSE_SECONDS
    while not stopping.is_set():
        try:
            session()
            pause = _FIRST_PAUSE_SECONDS
        except TransientError as error:
            readiness.not_ready(str(error))
            _log.warning("session_failed", why=str(error), retry_seconds=pause)
            stopping.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def stop_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    return stopping


def exit_code(main: Callable[[], None]) -> NoReturn:
    """Run a process to its end and leave with what its supervisor should know.

    0 is a wish fulfilled, 2 needs a person, 1 may be cured by a restart.
    """
    code = 0
    try:
        main()
    except ConfigurationError as error:
        _log.error("configuration_error", why=str(error))
        code = 2
    except Exception:  # noqa: BLE001  (the boundary of the process)
        _log.exception("failed")
        code = 1
    sys.stdout.flush()
    os._exit(code)  # native threads of Arrow and librdkafka can abort an interpreter that unwinds
