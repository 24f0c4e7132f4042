"""A store whose every set is one small file, for what only wants to know the paths."""

from __future__ import annotations

from pathlib import Path

from operations.artifacts import Artifact, ArtifactStore, sha256_of


def small_artifacts(directory: Path) -> ArtifactStore:
    small = directory / "small"
    small.write_bytes(b"")
    file = Artifact("org.tower", "part", "1", "", "jar", sha256_of(small))

    def fetch(artifact: Artifact, repository: Path) -> None:
        path = repository / artifact.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    (directory / f"registry-{file.sha256[:16]}").mkdir()
    names = ("kafka", "registry", "flink", "spark")
    return ArtifactStore(directory, dict.fromkeys(names, (file,)), fetch)
