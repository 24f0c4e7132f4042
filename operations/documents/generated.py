"""The list of generated pages: a file below the root, and what makes its text. Add yours here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from operations.documents.event_map import event_map
from schemas.topics import topics

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/event-map.md": lambda: event_map(topics()),
}


def stale(root: Path) -> list[str]:
    """Return the pages that do not say what they should."""
    return [name for name, make in PAGES.items() if _held(root / name) != make()]


def write(root: Path) -> list[str]:
    """Write the pages that are stale, and return which they were."""
    changed = stale(root)
    for name in changed:
        (root / name).write_text(PAGES[name](), encoding="utf-8")
    return changed


def _held(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.exists() else None
