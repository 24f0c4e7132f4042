"""A store of artifacts in, all of it verified out: progress shown where something is fetched."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from operations.artifacts import Artifact, ArtifactStore


def fetch(store: ArtifactStore, console: Console) -> None:
    """Verify every set, fetching what is missing.

    Raises:
        ConfigurationError: an artifact is not as locked.
        TransientError: an artifact could not be fetched.
    """
    missing = len(store.missing())
    if not missing:
        store.prepare()
        return
    if not console.is_terminal:
        console.print(f"fetching {missing} files for the JVM (once)", highlight=False)
    columns = (
        TextColumn("{task.description:<32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("files for the JVM", total=missing)

        def on_fetched(artifact: Artifact) -> None:
            progress.update(task, advance=1, description=artifact.artifact[:32])

        store.prepare(on_fetched=on_fetched)
        progress.update(task, description="files for the JVM")
