"""The demo's input where a person names none: generated, and labelled so by its name."""

from __future__ import annotations

from pathlib import Path

from producers.generated_requisitions import generate, write_file


def bundled_input(folder: Path) -> Path:
    """Return the generated export in this folder, written at the first call.

    It follows from its seed alone, so every first call writes the same cells.
    """
    path = folder / "requisicoes_geradas.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"parcial_{path.name}")
        write_file(generate(), partial)
        partial.replace(path)
    return path
