"""The life of a sink's process."""

from __future__ import annotations

import threading

import pytest

from adapters.telemetry import Readiness
from domain.errors import ConfigurationError, TransientError
from sinks import process


def test_a_session_that_failed_for_now_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(process, "_FIRST_PAUSE_SECONDS", 0.0)
    stopping, readiness = threading.Event(), Readiness()
    seen = []

    def session():
        seen.append(readiness.why_not)
        if len(seen) < 3:
            msg = "the broker is away"
            raise TransientError(msg)
        stopping.set()

    process.keep_running(session, stopping=stopping, readiness=readiness)
    assert seen == ["starting", "the broker is away", "the broker is away"]


def test_what_a_person_must_mend_ends_the_process():
    def session():
        msg = "another broker"
        raise ConfigurationError(msg)

    with pytest.raises(ConfigurationError):
        process.keep_running(session, stopping=threading.Event(), readiness=Readiness())
