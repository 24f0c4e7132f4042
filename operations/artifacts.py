"""Names of artifact sets in, paths of verified JVM files out.

The committed lock says which files and with which SHA-256; `operations.artifact_lock` writes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from domain.errors import ConfigurationError, TransientError

LOCK_PATH = Path(__file__).with_name("artifacts.lock.json")
SETS = ("kafka", "registry", "flink", "spark", "console")
_PARALLEL_DOWNLOADS = 8
_HTTP_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True, order=True)
class Artifact:
    """One locked file of a Maven repository."""

    group: str
    artifact: str
    version: str
    classifier: str
    type: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name under which every repository keeps it."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.{self.type}"

    @property
    def relative_path(self) -> Path:
        """Where it lies below a repository's root."""
        return Path(*self.group.split("."), self.artifact, self.version, self.file_name)


class Downloader(Protocol):
    """Puts an artifact at `Artifact.relative_path` below a folder."""

    def __call__(self, artifact: Artifact, repository: Path, /) -> None: ...


def locked(path: Path = LOCK_PATH) -> dict[str, tuple[Artifact, ...]]:
    """Return the locked artifacts by set."""
    sets: dict[str, list[dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))["sets"]
    return {name: tuple(Artifact(**each) for each in files) for name, files in sets.items()}


def cache_directory() -> Path:
    """Return where downloads are kept, outside the tree so that clones share them."""
    if chosen := os.environ.get("NOVA_CACHE_DIR"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nova-corrente"


def download(artifact: Artifact, repository: Path) -> None:
    """Fetch one artifact from the default Maven repository.

    Raises:
        TransientError: it could not be fetched.
    """
    try:
        maven_artifact(artifact, repository).resolve()
    except (OSError, RuntimeError) as error:  # what requests and jgo raise
        msg = f"could not download {artifact.file_name}: {error}"
        raise TransientError(msg) from error


def maven_artifact(artifact: Artifact, repository: Path) -> Any:
    """Return jgo's view of an artifact, cached below `repository`."""
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=repository, timeout=_HTTP_TIMEOUT_SECONDS)
    component = context.project(artifact.group, artifact.artifact).at_version(artifact.version)
    return component.artifact(artifact.classifier, artifact.type)


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ArtifactStore:
    """The verified files of the lock, fetched where they are missing or damaged."""

    def __init__(
        self,
        directory: Path | None = None,
        sets: dict[str, tuple[Artifact, ...]] | None = None,
        fetch: Downloader = download,
    ) -> None:
        self._directory = directory or cache_directory()
        self._repository = self._directory / "artifacts"
        self._sets = locked() if sets is None else sets
        self._fetch = fetch
        self._verified: dict[str, tuple[Path, ...]] = {}

    def paths(self, set_name: str) -> tuple[Path, ...]:
        """Return the files of one set, each verified once in this process.

        Raises:
            ConfigurationError: a file is not what the lock says, even when fetched anew.
            TransientError: a file could not be fetched.
        """
        if set_name not in self._verified:
            self._prepare([set_name])
        return self._verified[set_name]

    def missing(self) -> tuple[Artifact, ...]:
        """Return what is not there at all, by a look at the names of files only."""
        wanted = sorted({each for files in self._sets.values() for each in files})
        return tuple(
            each for each in wanted if not (self._repository / each.relative_path).is_file()
        )

    def prepare(self, *, on_fetched: Callable[[Artifact], None] | None = None) -> None:
        """Verify every set, fetching what is missing.

        Args:
            on_fetched: told of every file that was fetched, by several threads.

        Raises:
            ConfigurationError: a file is not what the lock says, even when fetched anew.
            TransientError: a file could not be fetched.
        """
        self._prepare(tuple(self._sets), on_fetched)

    def registry_home(self) -> Path:
        """Return the unpacked registry; it is unpacked anew when the lock changes."""
        (archive,) = self.paths("registry")
        (artifact,) = self._sets["registry"]
        home = self._directory / f"registry-{artifact.sha256[:16]}"
        with _exclusive(self._directory):
            if not home.is_dir():
                _unpack(archive, home)
        return home

    def _prepare(
        self, names: Sequence[str], on_fetched: Callable[[Artifact], None] | None = None
    ) -> None:
        def verified(artifact: Artifact) -> Path:
            return self._verified_path(artifact, on_fetched)

        with _exclusive(self._directory), ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool:
            for name in names:
                self._verified[name] = tuple(pool.map(verified, self._sets[name]))

    def _verified_path(
        self, artifact: Artifact, on_fetched: Callable[[Artifact], None] | None
    ) -> Path:
        path = self._repository / artifact.relative_path
        if path.is_file() and sha256_of(path) == artifact.sha256:
            return path
        path.unlink(missing_ok=True)  # damaged, or half of it: a download was cut off
        self._fetch(artifact, self._repository)
        found = sha256_of(path)
        if found != artifact.sha256:
            path.unlink()
            msg = (
                f"{artifact.file_name} has SHA-256 {found}, the lock says {artifact.sha256}: "
                "the download was altered on its way, or the lock needs `nova artifacts --lock`"
            )
            raise ConfigurationError(msg)
        if on_fetched is not None:
            on_fetched(artifact)
        return path


def _unpack(archive: Path, home: Path) -> None:
    """Unpack beside `home`, then rename: a folder that exists is complete."""
    partial = home.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(archive) as tar:
        # Without a filter, which 3.11.0 to 3.11.3 do not know: the lock vouches for every byte.
        tar.extractall(partial)
    partial.rename(home)


@contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """Keep two processes from writing the same file of the cache."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
