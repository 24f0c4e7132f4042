"""Which checkpoint to go on from, and whether it can be restored here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.errors import ConfigurationError

CHECKPOINTS = "checkpoints"
_METADATA = "_metadata"  # Flink writes it last, so a checkpoint that has it is complete
_PREFIX = "chk-"
_FENCE = "origin.json"


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


@dataclass(frozen=True, slots=True)
class Origin:
    """What checkpoints can be restored into.

    Attributes:
        dataflow: fingerprint of the job that Flink mapped its state to.
        topic_ids: the broker's id of each topic, whose offsets are in them.
    """

    dataflow: str
    topic_ids: Mapping[str, str]


def refuse_foreign(state_dir: Path, origin: Origin) -> None:
    """Refuse checkpoints of another broker or another job; remember whose the next ones are.

    Raises:
        ConfigurationError: naming what differs, and what to do.
    """
    fence = state_dir / _FENCE
    if fence.is_file() and newest_checkpoint(state_dir / CHECKPOINTS) is not None:
        known = Origin(**json.loads(fence.read_text(encoding="utf-8")))
        difference = _difference(known, origin)
        if difference is not None:
            msg = f"{difference}, or move {state_dir} away to clean everything anew"
            raise ConfigurationError(msg)
    _replace(fence, json.dumps(asdict(origin), indent=1))


def _difference(known: Origin, now: Origin) -> str | None:
    for name, topic_id in sorted(now.topic_ids.items()):
        if known.topic_ids.get(name, topic_id) != topic_id:
            return (
                f"the checkpoints were made from another broker: {name} had topic id "
                f"{known.topic_ids[name]} and now has {topic_id}. Start the broker whose data "
                "they belong to"
            )
    if known.dataflow != now.dataflow:
        return (
            f"the checkpoints were made by another version of the job ({known.dataflow}, now "
            f"{now.dataflow}). Start that version"
        )
    return None


def _number(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix(_PREFIX))


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
