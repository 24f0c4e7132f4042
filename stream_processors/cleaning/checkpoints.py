"""Which checkpoint to go on from, and whether it belongs to this broker."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from domain.errors import ConfigurationError

_METADATA = "_metadata"  # Flink writes it last, so a checkpoint that has it is complete
_PREFIX = "chk-"
_FENCE = "topic_ids.json"


def newest_checkpoint(checkpoints: Path) -> Path | None:
    """Return the folder of the newest complete checkpoint of any run, if there is one.

    Flink goes on counting where the run before left off, so the highest number is the newest
    whatever a clock says.
    """
    complete = [path.parent for path in checkpoints.glob(f"*/{_PREFIX}*/{_METADATA}")]
    return max(complete, key=_number, default=None)


def prune(checkpoints: Path, *, keep: Path | None) -> None:
    """Delete what runs before the last one left behind.

    The run of `keep` stays whole: its checkpoints may share files. It restored nothing in a way
    that refers to a run before it, because Flink's default is to copy what it restores.
    """
    if not checkpoints.is_dir():
        return
    for run in checkpoints.iterdir():
        if keep is None or run != keep.parent:
            shutil.rmtree(run)


def refuse_other_broker(state_dir: Path, topic_ids: Mapping[str, str]) -> None:
    """Refuse checkpoints whose positions are another broker's; remember the ids of this one.

    Raises:
        ConfigurationError: a topic is not the one that the checkpoints were made from.
    """
    fence = state_dir / _FENCE
    if newest_checkpoint(state_dir / "checkpoints") is not None and fence.is_file():
        known: dict[str, str] = json.loads(fence.read_text(encoding="utf-8"))
        for name, topic_id in sorted(topic_ids.items()):
            if known.get(name, topic_id) != topic_id:
                msg = (
                    f"{state_dir} was written from another broker: {name} had topic id "
                    f"{known[name]} and now has {topic_id}. Start the broker whose data it "
                    f"belongs to, or move {state_dir} away to clean everything anew"
                )
                raise ConfigurationError(msg)
    _replace(fence, json.dumps(dict(topic_ids), indent=1))


def _number(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix(_PREFIX))


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
