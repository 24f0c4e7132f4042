"""What the artifact store does with files that are there, missing, damaged or altered."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from domain.errors import ConfigurationError
from operations.artifacts import SETS, Artifact, ArtifactStore, locked
from operations.fetching import fetch

GOOD = b"the right bytes"
ARTIFACT = Artifact("org.tower", "part", "1.0", "", "jar", hashlib.sha256(GOOD).hexdigest())


class Repository:
    """Serves bytes, and counts how often it was asked."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked = 0

    def __call__(self, artifact: Artifact, repository: Path) -> None:
        self.asked += 1
        path = repository / artifact.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)


def store(directory: Path, repository: Repository) -> ArtifactStore:
    return ArtifactStore(directory, {"set": (ARTIFACT,)}, repository)


def test_a_missing_file_is_fetched_once(tmp_path: Path) -> None:
    repository = Repository(GOOD)
    (path,) = store(tmp_path, repository).paths("set")
    assert path.read_bytes() == GOOD
    assert store(tmp_path, repository).paths("set") == (path,)
    assert repository.asked == 1


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    repository = Repository(GOOD)
    (path,) = store(tmp_path, repository).paths("set")
    path.write_bytes(GOOD[:5])
    assert store(tmp_path, repository).paths("set") == (path,)
    assert path.read_bytes() == GOOD


def test_a_file_that_is_not_as_locked_is_refused_and_not_kept(tmp_path: Path) -> None:
    repository = Repository(b"other bytes")
    with pytest.raises(ConfigurationError, match=r"part-1\.0\.jar has SHA-256 .* the lock says"):
        store(tmp_path, repository).paths("set")
    assert list(tmp_path.rglob("*.jar")) == []


def test_the_lock_holds_every_set_with_hashes_and_no_address() -> None:
    sets = locked()
    assert set(sets) == set(SETS)
    artifacts = [each for files in sets.values() for each in files]
    assert len(artifacts) > 50
    assert [each for each in artifacts if len(each.sha256) != 64 or "/" in each.group] == []


def test_no_set_holds_two_versions_of_one_library() -> None:
    for name, files in locked().items():
        libraries = [(each.group, each.artifact, each.classifier) for each in files]
        assert len(libraries) == len(set(libraries)), name


def test_kafka_s_own_jars_are_of_one_version() -> None:
    versions = {each.version for each in locked()["kafka"] if each.group == "org.apache.kafka"}
    assert versions == {"4.4.0"}


def test_only_what_is_missing_is_fetched_and_told(tmp_path: Path) -> None:
    console = Console(file=StringIO(), width=100)
    fetch(store(tmp_path, Repository(GOOD)), console)
    assert "fetching 1 files for the JVM (once)" in said(console)
    assert "1/1" in said(console)


def test_a_complete_cache_is_verified_in_silence(tmp_path: Path) -> None:
    store(tmp_path, Repository(GOOD)).paths("set")
    console = Console(file=StringIO(), width=100)
    complete = store(tmp_path, Repository(b"never asked"))
    assert complete.missing() == ()
    fetch(complete, console)
    assert said(console) == ""


def said(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()
