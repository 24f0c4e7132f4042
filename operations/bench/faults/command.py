"""`nova bench faults`: rounds of the demo with everything killed, and what they changed."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from operations.bench.faults.rounds import LINES, Round, rounds, small_input, undisturbed
from operations.bench.measurements import write
from operations.bench.ports import free_port_base

_HEADINGS = (
    "seed", "faults", "seconds", "ready again", "wrong totals", "wrong positions", "wrong alerts",
)  # fmt: skip


def run(console: Console, *, count: int, seed: int, json_file: Path | None, keep: bool) -> None:
    """Run the rounds, print them as a table, and exit with 1 where a number was wrong.

    Raises:
        PlatformError: a demo ended badly; its directory is kept.
    """
    directory = Path(tempfile.mkdtemp(prefix="nova-faults-"))
    console.print(f"undisturbed demo of {LINES} generated lines …", highlight=False)
    input_file = small_input(directory / "input" / "requisicoes_geradas.csv")
    right = undisturbed(directory / "undisturbed", input_file, free_port_base())
    console.print(f"{right.seconds:g} s; now {count} with faults, in {directory}", highlight=False)
    table, found = Table(*_HEADINGS, box=None, header_style="dim"), list[Round]()
    for each in rounds(range(seed, seed + count), right, directory, free_port_base):
        found.append(each)
        table.add_row(*_row(each))
        for done in each.demo.done:
            console.print(f"  seed {each.seed}: {done}", markup=False, highlight=False)
        if not each.differences.none:
            console.print(str(each.differences), markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    wrong = sum(not each.differences.none for each in found)
    if json_file is not None:
        write(
            json_file,
            {
                "bench": "faults",
                "lines": LINES,
                "undisturbed_seconds": right.seconds,
                "rounds": [each.as_json() for each in found],
            },
        )
    if not keep and not wrong:
        shutil.rmtree(directory)
    raise typer.Exit(1 if wrong else 0)


def _row(each: Round) -> tuple[str, ...]:
    again = each.demo.ready_again_seconds
    return (
        str(each.seed),
        str(len(each.demo.done)),
        f"{each.demo.seconds:g}",
        " ".join(f"{seconds:g} s" for seconds in again),
        str(len(each.differences.totals)),
        str(len(each.differences.positions)),
        str(len(each.differences.alerts)),
    )
