"""How far a data directory has been fed, and with what."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Watermark:
    """What was fed: `batches` of `of`, of the story with this fingerprint."""

    file: str
    fingerprint: str
    batches: int = 0
    of: int = 0

    @property
    def complete(self) -> bool:
        """Whether all of it was fed, so that nothing must be published again."""
        return 0 < self.of == self.batches


class WatermarkFile:
    """Keeps the watermark of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "demo.json"

    def resumed(self, wanted: Watermark) -> Watermark:
        """Return how far this story has been fed.

        Raises:
            ConfigurationError: the directory was fed with something else: two files in one log
                would be counted together.
        """
        if not self._path.exists():
            return wanted
        held = Watermark(**json.loads(self._path.read_text(encoding="utf-8")))
        if held.fingerprint != wanted.fingerprint:
            msg = (
                f"{self._path.parent} holds a demo of {held.file} already: choose another "
                "--data-dir, or remove that one"
            )
            raise ConfigurationError(msg)
        return held

    def fed(self, watermark: Watermark, batches: int, of: int) -> None:
        """Note that so many batches have come through cleaning; the file changes as a whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        now = replace(watermark, batches=batches, of=of)
        partial.write_text(json.dumps(asdict(now)) + "\n", encoding="utf-8")
        partial.replace(self._path)
