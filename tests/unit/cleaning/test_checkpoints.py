"""Which checkpoint is gone on from, and which is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from stream_processors.cleaning.checkpoints import (
    Origin,
    newest_checkpoint,
    prune,
    refuse_foreign,
)

ORIGIN = Origin("v1", {"raw.item.v1": "A", "raw.site.v1": "B"})


def checkpoint(state_dir: Path, run: str, number: int) -> Path:
    folder = half_checkpoint(state_dir, run, number)
    (folder / "_metadata").write_bytes(b"complete")
    return folder


def half_checkpoint(state_dir: Path, run: str, number: int) -> Path:
    folder = state_dir / "checkpoints" / run / f"chk-{number}"
    folder.mkdir(parents=True)
    return folder


def test_the_highest_number_of_any_run_is_the_newest(tmp_path: Path) -> None:
    newest = checkpoint(tmp_path, "aaaa", 10)
    checkpoint(tmp_path, "bbbb", 9)
    assert newest_checkpoint(tmp_path / "checkpoints") == newest


def test_a_checkpoint_cut_off_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    complete = checkpoint(tmp_path, "aaaa", 3)
    half_checkpoint(tmp_path, "aaaa", 4)
    assert newest_checkpoint(tmp_path / "checkpoints") == complete


def test_without_a_checkpoint_there_is_none(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path / "checkpoints") is None


def test_only_the_run_of_the_newest_checkpoint_is_kept(tmp_path: Path) -> None:
    newest = checkpoint(tmp_path, "bbbb", 12)
    earlier = checkpoint(tmp_path, "bbbb", 11)
    old = checkpoint(tmp_path, "aaaa", 10)
    prune(tmp_path / "checkpoints", keep=newest)
    assert newest.is_dir()
    assert earlier.is_dir()
    assert not old.parent.exists()


def test_a_wiped_broker_beside_kept_checkpoints_is_refused(tmp_path: Path) -> None:
    refuse_foreign(tmp_path, ORIGIN)
    checkpoint(tmp_path, "aaaa", 1)
    refuse_foreign(tmp_path, ORIGIN)
    wiped = replace(ORIGIN, topic_ids={"raw.item.v1": "A", "raw.site.v1": "C"})
    with pytest.raises(ConfigurationError, match=r"raw\.site\.v1 had topic id B and now has C"):
        refuse_foreign(tmp_path, wiped)
    refuse_foreign(tmp_path, ORIGIN)


def test_a_topic_that_is_new_is_no_other_broker(tmp_path: Path) -> None:
    refuse_foreign(tmp_path, ORIGIN)
    checkpoint(tmp_path, "aaaa", 1)
    refuse_foreign(tmp_path, replace(ORIGIN, topic_ids={**ORIGIN.topic_ids, "raw.new.v1": "D"}))


def test_the_checkpoints_of_another_version_of_the_job_are_refused(tmp_path: Path) -> None:
    refuse_foreign(tmp_path, ORIGIN)
    checkpoint(tmp_path, "aaaa", 1)
    with pytest.raises(ConfigurationError, match="another version of the job"):
        refuse_foreign(tmp_path, replace(ORIGIN, dataflow="v2"))


def test_without_checkpoints_any_broker_will_do(tmp_path: Path) -> None:
    refuse_foreign(tmp_path, ORIGIN)
    refuse_foreign(tmp_path, replace(ORIGIN, topic_ids={"raw.item.v1": "Z"}))
