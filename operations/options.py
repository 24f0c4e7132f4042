"""The options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from operations.settings import default_data_dir

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        default_factory=default_data_dir,
        show_default=".nova/data",
        help="Where everything is kept.",
    ),
]
PortBase = Annotated[
    int, typer.Option("--port-base", help="The API's port; the rest lie above it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
