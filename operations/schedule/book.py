"""The schedule's file: every job's record, and the alerts that are still to be published."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import ConfigurationError
from operations.schedule.record import JobRecord
from schemas.codec import Record


@dataclass(slots=True)
class Book:
    """What the file holds.

    An alert is written here together with the outcome that it tells of, and leaves when the
    broker has it: a kill in between publishes it twice, under one id, and never not at all.
    """

    records: dict[str, JobRecord] = field(default_factory=dict)
    unannounced: list[Record] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the document."""
        return {
            "jobs": [each.as_json() for each in self.records.values()],
            "unannounced": self.unannounced,
        }


def schedule_path(data_dir: Path) -> Path:
    """Return where the schedule of a data directory lies."""
    return data_dir / "run" / "schedule.json"


def read_book(path: Path) -> Book:
    """Return what was last written, or an empty book where nothing was.

    Raises:
        ConfigurationError: the file is not one of ours.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Book(_by_name(content["jobs"]), list(content.get("unannounced", [])))
    except FileNotFoundError:
        return Book()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        msg = f"{path} cannot be read ({error!r}): move it away to start its history anew"
        raise ConfigurationError(msg) from error


def write_book(book: Book, path: Path) -> None:
    """Replace the file as a whole: no reader, and no power cut, sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(book.as_json(), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _by_name(held: Iterable[Mapping[str, Any]]) -> dict[str, JobRecord]:
    records = (JobRecord.of_json(each) for each in held)
    return {each.name: each for each in records}
