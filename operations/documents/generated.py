"""Every file that is made from code and schemas, in one list. Add yours to `made`."""

from __future__ import annotations

from pathlib import Path

from operations.documents.event_map import event_map
from operations.observability.__main__ import made_files
from operations.settings import ROOT
from schemas.topics import topics


def made() -> dict[str, str]:
    """Return what every generated file should say, by its place below the root."""
    watching = {path.relative_to(ROOT).as_posix(): text for path, text in made_files().items()}
    return {"docs/event-map.md": event_map(topics()), **watching}


def stale(root: Path) -> list[str]:
    """Return the files that do not say what they should."""
    return [name for name, text in made().items() if _held(root / name) != text]


def write(root: Path) -> list[str]:
    """Write the files that are stale, and return which they were."""
    wanted = made()
    changed = stale(root)
    for name in changed:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(wanted[name], encoding="utf-8")
    return changed


def _held(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None
