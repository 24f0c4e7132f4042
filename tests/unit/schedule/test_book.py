"""The schedule's file: what others read of it, and what the next schedule does."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.instants import from_datetime
from operations.schedule.book import read_book, write_book
from operations.schedule.cadence import Every
from tests.unit.schedule.simulated import World, job


@pytest.fixture
def hourly(tmp_path: Path) -> World:
    world = World(tmp_path / "run" / "schedule.json", (job("slow", Every(3600)),))
    world.start()
    return world


def test_the_file_is_what_others_read_of_it(hourly: World) -> None:
    hourly.now = from_datetime(datetime.fromisoformat("2026-03-04T12:59:59Z"))
    hourly.start()
    hourly.pass_by(1)
    hourly.end_run(0)
    hourly.pass_by(3600)
    (held,) = json.loads(hourly.file.read_text())["jobs"]
    assert held.pop("history") == [
        {
            "started_at": "2026-03-04T13:00:00Z",
            "ended_at": "2026-03-04T13:00:00Z",
            "seconds": 0.0,
            "outcome": "ok",
            "exit_code": 0,
        }
    ]
    assert held == {
        "name": "slow",
        "state": "running",
        "last_started_at": "2026-03-04T14:00:00Z",
        "last_ended_at": "2026-03-04T13:00:00Z",
        "last_seconds": 0.0,
        "last_outcome": "ok",
        "last_exit_code": 0,
        "next_due_at": "2026-03-04T15:00:00Z",
        "failures_in_a_row": 0,
    }


def test_the_file_gives_back_what_was_written_and_keeps_fifty_runs(hourly: World) -> None:
    for _ in range(60):
        hourly.pass_by(3600)
        hourly.end_run(0)
    held = read_book(hourly.file)
    assert len(held.records["slow"].history) == 50
    write_book(held, hourly.file)
    assert read_book(hourly.file) == held
    assert [path.name for path in hourly.file.parent.iterdir()] == ["schedule.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"jobs": [{}]}', '{"jobs": 7}'])
def test_a_file_that_is_not_ours_is_refused_and_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "schedule.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"schedule\.json cannot be read"):
        read_book(path)
