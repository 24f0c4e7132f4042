"""When each stretch of the log became visible in the read model: what a trace asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.records import a_fact
from tests.unit.sinks.followed_log import FACTS, a_log, follow, put, rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live" / "view.sqlite"


def test_it_remembers_when_each_stretch_of_a_partition_became_visible(path):
    log = a_log()
    put(log, FACTS, a_fact("e1"))
    put(log, FACTS, a_fact("e2"))
    follow(log, path, now=5_000_000)
    put(log, FACTS, a_fact("e3"))
    follow(log, path, now=9_000_000)
    assert rows(path, "SELECT topic, first_offset, next_offset, applied_at FROM applied") == [
        (FACTS, 0, 2, 5_000_000),
        (FACTS, 2, 3, 9_000_000),
    ]


def test_it_forgets_the_oldest_stretches(path, monkeypatch):
    monkeypatch.setattr("sinks.live_view.store._APPLIED_KEPT", 2)
    log = a_log()
    for number in range(4):
        put(log, FACTS, a_fact(f"e{number}"))
        follow(log, path)
    assert rows(path, "SELECT first_offset FROM applied") == [(2,), (3,)]
