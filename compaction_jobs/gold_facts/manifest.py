"""Versions of gold's tables that belong together: what readers of gold follow."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from compaction_jobs.gold_facts.progress import Progress, progress_of
from compaction_jobs.lake import Lake

_NAME = "gold/manifest.json"
_LOCK = ".manifest.lock"
# Written in a rhythm of its own, by `compaction_jobs.retrain_forecasts`; each of its commits is
# whole by itself, so its newest version belongs to every version of the rest.
FORECASTS = "gold/fact_forecasts"


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
    with _alone(lake):
        _write(lake, manifest)


def name_forecasts(lake: Lake) -> None:
    """Name the newest forecasts; before the first compaction there is no manifest to do it in."""
    with _alone(lake):
        held = read_manifest(lake)
        if held is not None:
            _write(lake, held)


def _write(lake: Lake, manifest: Manifest) -> None:
    forecasts = lake.find(FORECASTS)
    apart = {} if forecasts is None else {FORECASTS.split("/")[1]: forecasts.version}
    document = {
        "tables": {**manifest.tables, **apart},
        "silver": {"stock_fact": asdict(manifest.silver)},
    }
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    path = lake.path(_NAME)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    _replace(path, text)


@contextmanager
def _alone(lake: Lake) -> Iterator[None]:
    """Keep two jobs from writing over each other's versions; the kernel frees it after a kill."""
    with lake.path(_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    handle, partial = tempfile.mkstemp(prefix=".manifest-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(path)
