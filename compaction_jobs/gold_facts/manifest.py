"""Versions of gold's tables that belong together: what readers of gold follow."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from compaction_jobs.gold_facts.progress import Progress, progress_of
from compaction_jobs.lake import Lake

_NAME = "gold/manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Gold as a whole: versions by table name, and what of silver they hold."""

    tables: dict[str, int]
    silver: Progress


def read_manifest(lake: Lake) -> Manifest | None:
    """Return the manifest, or None before the first run."""
    path = lake.path(_NAME)
    if not path.exists():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(document["tables"], progress_of(document["silver"]["stock_fact"]))


def write_manifest(lake: Lake, manifest: Manifest) -> None:
    """Replace the manifest in one step, unless it says the same already."""
    document = {"tables": manifest.tables, "silver": {"stock_fact": asdict(manifest.silver)}}
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    path = lake.path(_NAME)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    _replace(path, text)


def _replace(path: Path, text: str) -> None:
    handle, partial = tempfile.mkstemp(prefix=".manifest-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(path)
