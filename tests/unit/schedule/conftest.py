"""What every test of the schedule has in common."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write without waiting: no test here cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
