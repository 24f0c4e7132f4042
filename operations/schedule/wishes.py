"""Jobs that a person wants run at once: one empty file a wish, beside the schedule's file."""

from __future__ import annotations

from pathlib import Path


def wish(schedule: Path, job: str) -> None:
    """Ask for one run; asking twice before it begins is asking once."""
    folder = _folder(schedule)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / job).touch()


def wishes(schedule: Path) -> set[str]:
    """Return the names that are asked for."""
    try:
        return {path.name for path in _folder(schedule).iterdir()}
    except FileNotFoundError:
        return set()


def fulfil(schedule: Path, job: str) -> None:
    """Take a wish away."""
    (_folder(schedule) / job).unlink(missing_ok=True)


def _folder(schedule: Path) -> Path:
    return schedule.parent / "jobs-asked-for"
