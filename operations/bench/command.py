"""What a person types to measure: `nova bench faults`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

bench_app = typer.Typer(help="Measure, with seeds, and write what was found as JSON.")
_console = Console()


@bench_app.callback()
def bench() -> None:
    """Measure, with seeds, and write what was found as JSON."""


@bench_app.command(epilog="Example: nova bench faults --rounds 3 --seed 1 --json faults.json")
def faults(
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Demos with faults.")] = 3,
    seed: Annotated[int, typer.Option("--seed", help="Of the first round; then one more.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write it.")] = None,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data directories.")] = False,
) -> None:
    """Kill, pause and end everything during demos; exit code 1 when a number changed."""
    # Imported only now: every other command should not pay for it.
    from operations.bench.faults.command import run

    run(_console, count=rounds, seed=seed, json_file=json_file, keep=keep)
